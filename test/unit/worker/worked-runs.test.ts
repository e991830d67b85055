import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runIdSchema, runNameSchema } from '../../../schemas/ids.ts';
import { createStubModel } from '../../../src/engine/stub.ts';
import { sha256Of } from '../../../src/sha256.ts';
import { createWorkedRuns } from '../../../src/worker/worked-runs.ts';
import { rewriteRun } from '../../support/a-run.ts';
import { createFastFiles } from '../../support/fast-files.ts';
import { planFiles } from '../../support/plan-files.ts';

function openRuns(directory: string, options: { only?: string; inputRoots?: Record<string, string> } = {}) {
  return createWorkedRuns({
    out: join(directory, 'out'),
    model: createStubModel(0),
    inputRoots: options.inputRoots ?? {},
    only: options.only,
  });
}

describe('the runs of a worker', () => {
  test('are those of its model, or the one it was told', async () => {
    await using files = await createFastFiles({ 'docs/a.txt': 'a' });
    for (const name of ['one', 'two', 'other']) await planFiles(files.directory, { name: runNameSchema.parse(name) });
    const { open } = await planFiles(files.directory, { name: runNameSchema.parse('other') });
    await rewriteRun(open, { model: { name: 'other.gguf', sha256: sha256Of('other') } });
    await using all = openRuns(files.directory);
    expect((await all.list()).map(({ run }) => run.name)).toEqual(['one', 'two']);
    await using one = openRuns(files.directory, { only: 'two' });
    expect((await one.list()).map(({ run }) => run.name)).toEqual(['two']);
    expect(await all.find(open.run.runId)).toEqual({ status: 'unknown' });
  });

  test('are opened once and found again, more than are kept open at a time', async () => {
    await using files = await createFastFiles({ 'docs/a.txt': 'a' });
    const ids = [];
    for (let count = 0; count < 10; count += 1) {
      ids.push((await planFiles(files.directory, { name: runNameSchema.parse(`run-${count}`) })).open.run.runId);
    }
    await using runs = openRuns(files.directory);
    for (const id of [...ids, ...ids]) expect(await runs.find(id)).toMatchObject({ status: 'found' });
  });

  test('that are not there are unknown', async () => {
    await using files = await createFastFiles();
    await using runs = openRuns(files.directory);
    expect(await runs.find(runIdSchema.parse('0'.repeat(20)))).toEqual({ status: 'unknown' });
  });

  test('that want other engine settings, or a task that cannot be compiled, are refused with the reason', async () => {
    await using files = await createFastFiles({ 'docs/a.txt': 'a' });
    const { open } = await planFiles(files.directory);
    await rewriteRun(open, { engine: { engine: 'stub', slots: 4 } });
    await using runs = openRuns(files.directory);
    expect(await runs.find(open.run.runId)).toMatchObject({ status: 'refused', name: open.run.name });
    await rewriteRun(open, { task: { ...open.run.task, output: { type: 'object', patternProperties: {} } } });
    expect(await runs.find(open.run.runId)).toMatchObject({ status: 'refused', name: open.run.name });
    await rewriteRun(open, {});
    expect(await runs.find(open.run.runId)).toMatchObject({ status: 'found' });
  });

  test('are read where the worker says that their roots are', async () => {
    await using files = await createFastFiles({ 'docs/a.txt': 'a' });
    const { open } = await planFiles(files.directory);
    await rename(join(files.directory, 'docs'), join(files.directory, 'mounted'));
    await using runs = openRuns(files.directory, { inputRoots: { docs: join(files.directory, 'mounted') } });
    const lookup = await runs.find(open.run.runId);
    expect(lookup).toMatchObject({
      worked: { roots: { docs: join(files.directory, 'mounted'), input: open.paths.input } },
    });
  });
});
