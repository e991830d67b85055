import { describe, expect, test } from 'vitest';
import { followRound } from '../../../src/ledger/count-outcomes.ts';
import { createRound } from '../../../src/ledger/create-round.ts';
import { finalizeRun } from '../../../src/ledger/finalize-run.ts';
import { openProgress } from '../../../src/ledger/run-progress.ts';
import { readState } from '../../../src/ledger/run-state.ts';
import { aDocument, aRun, commitRound, failedLine, okLine } from '../../support/a-run.ts';
import { createFastFiles } from '../../support/fast-files.ts';

async function* shardOf(ids: readonly string[]) {
  yield ids.map(aDocument);
}

describe('following a round', () => {
  test('counts each part once, when it comes', async () => {
    await using files = await createFastFiles();
    const open = await aRun(files.directory, [['a', 'b'], ['c']]);
    await using follower = await followRound(open.paths, 1);
    expect(await follower.read()).toMatchObject({ shards: { done: 0, total: 2 }, documents: 0, arrivals: [] });
    await commitRound(
      open,
      1,
      (id) => failedLine(id),
      (shard) => shard === 1,
    );
    const first = await follower.read();
    expect(first).toMatchObject({ shards: { done: 1, total: 2 }, documents: 1, arrivals: [{ documents: 1 }] });
    await commitRound(open);
    expect(await follower.read()).toMatchObject({
      shards: { done: 2, total: 2 },
      documents: 3,
      outcomes: { ok: 2, failed: { CHANGED: 1 }, skipped: {} },
      arrivals: [{ documents: 2 }],
    });
    expect((await follower.read()).arrivals).toEqual([]);
  });

  test('reads some parts at a time where it is asked to, tells of each once, and says how many are left', async () => {
    await using files = await createFastFiles();
    const open = await aRun(files.directory, [['a'], ['b', 'c'], ['d']]);
    await commitRound(open);
    const heard: string[] = [];
    await using follower = await followRound(open.paths, 1, ({ results }) => {
      heard.push(...results.map(({ id }) => id));
    });
    expect(await follower.read(2)).toMatchObject({ shards: { done: 2 }, uncounted: 1 });
    expect(await follower.read(2)).toMatchObject({ shards: { done: 3 }, documents: 4, uncounted: 0 });
    expect(await follower.read(2)).toMatchObject({ documents: 4, uncounted: 0 });
    expect(heard.sort()).toEqual(['a', 'b', 'c', 'd']);
  });

  test('of a retry counts towards the documents of the retry', async () => {
    await using files = await createFastFiles();
    const open = await aRun(files.directory, [['a', 'b', 'c']]);
    await commitRound(open, 1, (id) => (id === 'c' ? okLine(id) : failedLine(id)));
    await finalizeRun(open);
    await createRound(open, shardOf(['a', 'b']));
    await using progress = await openProgress(open, await readState(open.paths));
    expect(await progress.read()).toMatchObject({ round: 2, documents: { done: 0, total: 2 }, etaSeconds: null });
    await commitRound(open, 2);
    expect(await progress.read()).toMatchObject({ round: 2, documents: { done: 2, total: 2 } });
  });
});
