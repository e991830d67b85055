import { describe, expect, test } from 'vitest';
import type { RunProgress } from '../../../src/ledger/run-progress.ts';
import { appendState, readState } from '../../../src/ledger/run-state.ts';
import { type WatchOptions, watchRun } from '../../../src/producer/watch-run.ts';
import { aRun, commitRound, failedLine, okLine } from '../../support/a-run.ts';
import { createFastFiles } from '../../support/fast-files.ts';

const at = '2026-01-02T03:04:05.000Z';

function options(changes: Partial<WatchOptions>): WatchOptions {
  return {
    signal: new AbortController().signal,
    intervalMs: 1,
    onProgress: () => undefined,
    onIncomplete: async () => undefined,
    ...changes,
  };
}

describe('watching a run', () => {
  test('goes on until its last part is there, and completes it', async () => {
    await using files = await createFastFiles();
    const open = await aRun(files.directory, [['a', 'b'], ['c']]);
    const seen: RunProgress['documents'][] = [];
    let shard = 0;
    const finalization = await watchRun(
      open,
      options({
        onProgress: ({ documents }) => seen.push(documents),
        onIncomplete: async () => commitRound(open, 1, okLine, (candidate) => candidate === shard++),
      }),
    );
    expect(finalization).toMatchObject({ status: 'complete', outcomes: { ok: 3 } });
    expect(seen[0]).toEqual({ done: 0, total: 3 });
    expect(seen.at(-1)).toEqual({ done: 3, total: 3 });
    expect((await readState(open.paths)).kind).toBe('complete');
  });

  test('ends when somebody cancels it', async () => {
    await using files = await createFastFiles();
    const open = await aRun(files.directory, [['a']]);
    const onIncomplete = async () => {
      await appendState(open.paths, await readState(open.paths), { state: 'cancelled', at, reason: 'cancel' });
    };
    expect(await watchRun(open, options({ onIncomplete }))).toEqual({ status: 'cancelled', round: 1 });
  });

  test('stops it at its limit of failures', async () => {
    await using files = await createFastFiles();
    const open = await aRun(files.directory, [['a', 'b'], ['c']], { limits: { maxFailures: 1 } });
    const onIncomplete = () =>
      commitRound(
        open,
        1,
        (id) => failedLine(id),
        (shard) => shard === 0,
      );
    expect(await watchRun(open, options({ onIncomplete }))).toMatchObject({ status: 'cancelled' });
    expect((await readState(open.paths)).last).toMatchObject({ reason: 'max-failures' });
  });

  test('that is stopped says what is missing', async () => {
    await using files = await createFastFiles();
    const open = await aRun(files.directory, [['a'], ['b']]);
    const controller = new AbortController();
    const onIncomplete = async () => {
      await commitRound(open, 1, okLine, (shard) => shard === 0);
      controller.abort();
    };
    const finalization = await watchRun(open, options({ signal: controller.signal, onIncomplete }));
    expect(finalization).toEqual({ status: 'incomplete', round: 1, missing: 1 });
  });
});
