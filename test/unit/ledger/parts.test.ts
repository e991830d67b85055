import { chmod, writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import type { OpenRun } from '../../../src/ledger/open-run.ts';
import { findPart, hasDurablePart, readPart } from '../../../src/ledger/parts.ts';
import { aDocument, aRun, commitRound, okLine } from '../../support/a-run.ts';
import { createFastFiles } from '../../support/fast-files.ts';

const DOCUMENTS = ['a', 'b'].map(aDocument);
const [A, B] = ['a', 'b'].map((id) => JSON.stringify(okLine(id)));

async function aRunWithPart(out: string): Promise<OpenRun> {
  const open = await aRun(out, [['a', 'b'], ['c']]);
  await commitRound(open, 1, okLine, (shard) => shard === 0);
  return open;
}

/** The run's paths where every part read fails with a system error. */
function failing({ paths }: OpenRun, code: string): OpenRun['paths'] {
  const readFile = () => Promise.reject(Object.assign(new Error(code), { code }));
  return { ...paths, store: { ...paths.store, readFile, has: readFile } };
}

describe('a part', () => {
  test('that nobody has committed is null where it is looked for, and an error where it is read', async () => {
    await using files = await createFastFiles();
    const { paths } = await aRunWithPart(files.directory);
    expect(await findPart(paths, 1, 1, [aDocument('c')])).toBeNull();
    expect(await hasDurablePart(paths, 1, 1)).toBe(false);
    await expect(readPart(paths, 1, 1, [aDocument('c')])).rejects.toMatchObject({
      code: 'IO',
      message: `Could not read \`${paths.part(1, 1)}\` (ENOENT).`,
    });
    expect((await findPart(paths, 1, 0, DOCUMENTS))?.lines).toEqual([A, B]);
    expect(await hasDurablePart(paths, 1, 0)).toBe(true);
  });

  test('that cannot be read is never taken for one that is not there', async () => {
    await using files = await createFastFiles();
    const open = await aRunWithPart(files.directory);
    await expect(findPart(failing(open, 'EIO'), 1, 0, DOCUMENTS)).rejects.toMatchObject({ code: 'IO' });
    await expect(hasDurablePart(failing(open, 'EIO'), 1, 0)).rejects.toMatchObject({
      message: `Could not look for \`${open.paths.part(1, 0)}\` (EIO).`,
    });
  });

  test.each([
    ['that has no line end', `${A}\n${B}`],
    ['of fewer lines', `${A}\n`],
    ['of more lines', `${A}\n${B}\n${B}\n`],
    ['whose lines are swapped', `${B}\n${A}\n`],
    ['whose first line is none', `{}\n${B}\n`],
    ['whose last line is none', `${A}\n{}\n`],
    ['that is empty', ''],
  ])('%s is corrupt, is named, and is no missing one', async (_what, text) => {
    await using files = await createFastFiles();
    const { paths } = await aRunWithPart(files.directory);
    const file = paths.part(1, 0);
    await chmod(file, 0o644);
    await writeFile(file, text);
    const message = `The part \`${file}\` was changed after it was written; delete it and \`docmill resume\` the run to answer its documents again.`;
    await expect(readPart(paths, 1, 0, DOCUMENTS)).rejects.toMatchObject({ code: 'CORRUPT', message });
    await expect(findPart(paths, 1, 0, DOCUMENTS)).rejects.toMatchObject({ code: 'CORRUPT' });
  });
});
