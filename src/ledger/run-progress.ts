import type { OutcomeCounts } from '../../schemas/manifest.ts';
import { followRound } from './count-outcomes.ts';
import type { OpenRun } from './open-run.ts';
import { createRateMeter } from './rate-meter.ts';
import type { CurrentState } from './run-state.ts';

export type RunProgress = {
  readonly round: number;
  readonly shards: { readonly done: number; readonly total: number };
  readonly documents: { readonly done: number; readonly total: number };
  readonly outcomes: OutcomeCounts;
  /** Documents per second of late; null before there is anything to measure. */
  readonly rate: number | null;
  readonly etaSeconds: number | null;
};

/** Follows the documents of a round with rate and time to go. */
export async function openProgress({ paths, run }: OpenRun, { round, retriedDocuments }: CurrentState) {
  await using resources = new AsyncDisposableStack();
  const follower = resources.use(await followRound(paths, round));
  const owned = resources.move();
  const meter = createRateMeter();
  return {
    read: async (): Promise<RunProgress> => {
      const { shards, documents: done, outcomes, arrivals } = await follower.read();
      for (const arrival of arrivals) meter.add(arrival.atMs, arrival.documents);
      const total = retriedDocuments ?? run.documents;
      const rate = meter.rate(Date.now());
      const etaSeconds = rate === null || rate === 0 ? null : (total - done) / rate;
      return { round, shards, documents: { done, total }, outcomes, rate, etaSeconds };
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
