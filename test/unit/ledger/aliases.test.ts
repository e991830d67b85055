import { chmod, readFile, writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { checkAliases, readAliases } from '../../../src/ledger/aliases.ts';
import type { RunPaths } from '../../../src/ledger/run-paths.ts';
import { aRun, aRunWithAliases } from '../../support/a-run.ts';
import { createFastFiles } from '../../support/fast-files.ts';

async function idsOf(paths: RunPaths): Promise<string[]> {
  const ids: string[] = [];
  for await (const { id } of readAliases(paths)) ids.push(id);
  return ids;
}

async function write(file: string, text: string): Promise<void> {
  await chmod(file, 0o644);
  await writeFile(file, text);
}

async function* brokenChunks(): AsyncGenerator<Buffer> {
  yield* [];
  throw Object.assign(new Error('EIO'), { code: 'EIO' });
}

describe('the aliases of a run', () => {
  test('are those that it was made with, or none', async () => {
    await using files = await createFastFiles();
    const open = await aRunWithAliases(files.directory, [['a']], [{ id: 'copy of a', of: 'a' }]);
    expect(await idsOf(open.paths)).toEqual(['copy of a']);
    await expect(checkAliases(open)).resolves.toBeUndefined();
    await using others = await createFastFiles();
    const without = await aRun(others.directory, [['a']]);
    expect(await idsOf(without.paths)).toEqual([]);
    await expect(checkAliases(without)).resolves.toBeUndefined();
  });

  test('that were exchanged for others are corrupt, though each line is one', async () => {
    await using files = await createFastFiles();
    const open = await aRunWithAliases(files.directory, [['a']], [{ id: 'copy of a', of: 'a' }]);
    const text = await readFile(open.paths.aliases, 'utf8');
    await write(open.paths.aliases, text.replace('copy of a', 'another'));
    expect(await idsOf(open.paths)).toEqual(['another']);
    await expect(checkAliases(open)).rejects.toMatchObject({
      code: 'CORRUPT',
      message: `\`${open.paths.aliases}\` is not the file that \`${open.paths.runFile}\` names.`,
    });
  });

  test('of which a line is none are corrupt, and those that cannot be read are not taken for none', async () => {
    await using files = await createFastFiles();
    const { paths } = await aRunWithAliases(files.directory, [['a']], [{ id: 'copy of a', of: 'a' }]);
    await expect(idsOf({ ...paths, store: { ...paths.store, chunks: brokenChunks } })).rejects.toMatchObject({
      code: 'EIO',
    });
    await write(paths.aliases, '{}\n');
    await expect(idsOf(paths)).rejects.toMatchObject({
      code: 'CORRUPT',
      message: `\`${paths.aliases}\` was changed after it was written.`,
    });
  });
});
