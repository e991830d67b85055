import { rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ResultLine } from '../../../schemas/result.ts';
import { finalizeRun } from '../../../src/ledger/finalize-run.ts';
import type { OpenRun } from '../../../src/ledger/open-run.ts';
import { openPlan } from '../../../src/ledger/plan-file.ts';
import { sha256Of } from '../../../src/sha256.ts';
import { readState } from '../../../src/ledger/run-state.ts';
import { retryRun } from '../../../src/producer/retry-run.ts';
import { commitRound, failedLine, okLine } from '../../support/a-run.ts';
import { createFastFiles } from '../../support/fast-files.ts';
import { planFiles } from '../../support/plan-files.ts';

const codes: Readonly<Record<string, string>> = { 'b.txt': 'CHANGED', 'c.txt': 'BINARY', 'd.txt': 'VANISHED' };
const fourFiles = { 'docs/a.txt': 'a', 'docs/b.txt': 'b', 'docs/c.txt': 'c', 'docs/d.txt': 'd' };

function answer(id: string): ResultLine {
  const code = codes[id];
  return code === undefined ? okLine(id) : failedLine(id, code);
}

async function aFailedRun(directory: string): Promise<OpenRun> {
  const { open } = await planFiles(directory);
  await commitRound(open, 1, answer);
  await finalizeRun(open);
  return open;
}

async function plannedAgain(open: OpenRun): Promise<[string, string | null][]> {
  await using plan = await openPlan(open.paths, 2);
  return (await plan.readShard(0)).documents.map(({ id, sha256 }) => [id, sha256]);
}

const retry = (open: OpenRun, all = false) => retryRun(open, { all, roots: open.run.roots });

describe('a retry', () => {
  test('is over the documents whose code says that it can help', async () => {
    await using files = await createFastFiles(fourFiles);
    const open = await aFailedRun(files.directory);
    expect(await retry(open)).toEqual({ status: 'opened', round: 2, documents: 2 });
    expect((await plannedAgain(open)).map(([id]) => id)).toEqual(['b.txt', 'd.txt']);
    expect((await readState(open.paths)).kind).toBe('open');
  });

  test('of all is over every failed document', async () => {
    await using files = await createFastFiles(fourFiles);
    const open = await aFailedRun(files.directory);
    expect(await retry(open, true)).toMatchObject({ status: 'opened', documents: 3 });
    expect((await plannedAgain(open)).map(([id]) => id)).toEqual(['b.txt', 'c.txt', 'd.txt']);
  });

  test('takes a changed document as it is now, and one that is gone without a hash', async () => {
    await using files = await createFastFiles(fourFiles);
    const open = await aFailedRun(files.directory);
    await files.write('docs/b.txt', 'another b');
    await unlink(join(files.directory, 'docs/d.txt'));
    await retry(open);
    expect(await plannedAgain(open)).toEqual([
      ['b.txt', sha256Of('another b')],
      ['d.txt', null],
    ]);
  });

  test('of a run where nothing can be helped changes nothing', async () => {
    await using files = await createFastFiles({ 'docs/a.txt': 'a', 'docs/c.txt': 'c' });
    const open = await aFailedRun(files.directory);
    expect(await retry(open)).toEqual({ status: 'nothing-to-retry' });
    expect((await readState(open.paths)).kind).toBe('complete');
  });

  test('is refused before the run is complete', async () => {
    await using files = await createFastFiles(fourFiles);
    const { open } = await planFiles(files.directory);
    await expect(retry(open)).rejects.toMatchObject({ code: 'INCOMPLETE', exitCode: 4 });
  });

  test('by two at once opens one round', async () => {
    await using files = await createFastFiles(fourFiles);
    const open = await aFailedRun(files.directory);
    const retried = await Promise.all([retry(open), retry(open)]);
    expect(retried.map(({ status }) => status).sort()).toEqual(['opened', 'opened-by-another']);
    expect((await readState(open.paths)).round).toBe(2);
  });

  test('without the input root names it instead of opening a round', async () => {
    await using files = await createFastFiles(fourFiles);
    const open = await aFailedRun(files.directory);
    await rename(join(files.directory, 'docs'), join(files.directory, 'elsewhere'));
    await expect(retry(open)).rejects.toThrow('`docs`');
    expect((await readState(open.paths)).kind).toBe('complete');
    const moved = { docs: join(files.directory, 'elsewhere') };
    expect(await retryRun(open, { all: false, roots: moved })).toMatchObject({ status: 'opened' });
  });
});
