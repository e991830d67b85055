import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runNameSchema } from '../../../schemas/ids.ts';
import type { Run } from '../../../schemas/run.ts';
import { findMissing } from '../../../src/ledger/find-missing.ts';
import { type OpenRun, findRuns } from '../../../src/ledger/open-run.ts';
import { appendState, readState } from '../../../src/ledger/run-state.ts';
import { maintainRuns } from '../../../src/worker/maintain-runs.ts';
import { aRun, commitRound, failedLine, okLine } from '../../support/a-run.ts';
import { createFastFiles } from '../../support/fast-files.ts';
import { createRecordingLogger } from '../../support/recording-logger.ts';

const named = (name: string) => ({ name: runNameSchema.parse(name) });

/** Maintains everything under `out` once; gives what was offered to the queue and what was logged. */
async function maintain(out: string, highWaterJobs = 100) {
  const offered: { run: string; window: number }[] = [];
  const { log, messages } = createRecordingLogger();
  await maintainRuns({
    list: () => findRuns(out),
    topUp: async ({ run, paths }, window) => {
      offered.push({ run: run.name, window });
      return { missing: (await findMissing(paths, (await readState(paths)).round)).length };
    },
    highWaterJobs,
    log,
  });
  return { offered, messages: messages() };
}

const kindOf = async ({ paths }: OpenRun) => (await readState(paths)).kind;

describe('maintaining the runs', () => {
  test('completes those that miss nothing, and puts missing shards of the others into the queue', async () => {
    await using files = await createFastFiles();
    const done = await aRun(files.directory, [['a']], named('done'));
    await commitRound(done);
    const waiting = await aRun(files.directory, [['a'], ['b']], named('waiting'));
    const { offered, messages } = await maintain(files.directory);
    expect(await kindOf(done)).toBe('complete');
    expect(await kindOf(waiting)).toBe('open');
    expect(offered).toEqual([{ run: 'waiting', window: 50 }]);
    expect(messages).toEqual(['run completed']);
  });

  test('completes a run that misses nothing even past its deadline', async () => {
    await using files = await createFastFiles();
    const open = await aRun(files.directory, [['a']], { limits: { deadline: '2020-01-01T00:00:00.000Z' } });
    await commitRound(open);
    await maintain(files.directory);
    expect(await kindOf(open)).toBe('complete');
  });

  test('leaves complete and cancelled runs alone', async () => {
    await using files = await createFastFiles();
    const cancelled = await aRun(files.directory, [['a']], named('cancelled'));
    const at = new Date().toISOString();
    await appendState(cancelled.paths, await readState(cancelled.paths), { state: 'cancelled', at, reason: 'cancel' });
    const complete = await aRun(files.directory, [['a']], named('complete'));
    await commitRound(complete);
    await maintain(files.directory);
    expect(await maintain(files.directory)).toEqual({ offered: [], messages: [] });
    expect(await kindOf(cancelled)).toBe('cancelled');
  });

  test.for<{ limits: Run['limits'] }>([
    { limits: { maxFailures: 1 } },
    { limits: { maxFailures: { percent: 40 } } },
    { limits: { deadline: '2020-01-01T00:00:00.000Z' } },
  ])('stops a run that has reached $limits, and offers nothing of it', async ({ limits }) => {
    await using files = await createFastFiles();
    const open = await aRun(
      files.directory,
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
      { limits },
    );
    await commitRound(
      open,
      1,
      (id) => failedLine(id),
      (shard) => shard === 0,
    );
    expect((await maintain(files.directory)).offered).toEqual([]);
    expect(await kindOf(open)).toBe('cancelled');
  });

  test('does not let one damaged run keep the others waiting [O9]', async () => {
    await using files = await createFastFiles();
    const plan = await aRun(files.directory, [['a']], named('a-damaged-plan'));
    await writeFile(plan.paths.planIndex(1), '');
    const state = await aRun(files.directory, [['a']], named('b-damaged-state'));
    await writeFile(join(state.paths.state, '0001'), '{}');
    const whole = await aRun(files.directory, [['a']], named('c-whole'));
    await commitRound(whole, 1, okLine);
    const { messages } = await maintain(files.directory);
    expect(await kindOf(whole)).toBe('complete');
    expect(messages).toEqual(['run maintenance failed', 'run maintenance failed', 'run completed']);
  });

  test('gives every run at least one job of the window', async () => {
    await using files = await createFastFiles();
    for (const name of ['one', 'two', 'three']) await aRun(files.directory, [['a']], named(name));
    expect((await maintain(files.directory, 2)).offered.map(({ window }) => window)).toEqual([1, 1, 1]);
  });
});
