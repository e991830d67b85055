import { access } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { STUB_IDENTITY, STUB_SETTINGS, createStubModel } from '../../../src/engine/stub.ts';
import type { OpenRun } from '../../../src/ledger/open-run.ts';
import { commitPart, listParts } from '../../../src/ledger/parts.ts';
import { removeRun } from '../../../src/ledger/remove-run.ts';
import { createWorkedRuns } from '../../../src/worker/worked-runs.ts';
import { aRun, okLine, rewriteRun } from '../../support/a-run.ts';
import { createFastFiles } from '../../support/fast-files.ts';

const forStub = { model: STUB_IDENTITY, engine: STUB_SETTINGS };

describe('a run that was removed and made again under the same name', () => {
  test('takes no part from a worker that still holds the old one', async () => {
    await using files = await createFastFiles();
    const old = await aRun(files.directory, [['a']]);
    await removeRun(files.directory, old.paths);
    const made = await aRun(files.directory, [['a']]);
    await expect(commitPart(old, 1, 0, [okLine('a', 'other')])).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await listParts(made.paths, 1)).toEqual(new Set());
  });

  test('is another run for the worker: the old one is unknown from then on', async () => {
    await using files = await createFastFiles();
    const old = await aRun(files.directory, [['a']], forStub);
    await using runs = workedRuns(files.directory);
    expect(await runs.find(old.run.runId)).toMatchObject({ status: 'found' });
    await removeRun(files.directory, old.paths);
    const made = await aRun(files.directory, [['a']], forStub);
    expect(await runs.find(old.run.runId)).toEqual({ status: 'unknown' });
    expect(await runs.find(made.run.runId)).toMatchObject({ status: 'found' });
    await access(made.paths.attempts(made.run.runId));
  });
});

test('a run whose task was edited after it was made is refused', async () => {
  await using files = await createFastFiles();
  const open = await aRun(files.directory, [['a']], forStub);
  const edited = await editInstructions(open);
  await using runs = workedRuns(files.directory);
  const lookup = await runs.find(edited.run.runId);
  expect(lookup.status === 'refused' ? lookup.reason : lookup.status).toContain('was changed after the run was made');
});

function workedRuns(out: string) {
  return createWorkedRuns({ out, model: createStubModel(0), inputRoots: {}, only: undefined });
}

async function editInstructions(open: OpenRun): Promise<OpenRun> {
  return rewriteRun(open, { task: { ...open.run.task, instructions: 'Choose something else.' } });
}
