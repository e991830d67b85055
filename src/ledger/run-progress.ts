import type { OutcomeCounts } from '../../schemas/manifest.ts';
import { type PartListener, followRound } from './count-outcomes.ts';
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
  /** One standard error of `etaSeconds`, as a share of it. */
  readonly etaError: number | null;
  /** Parts whose documents are not counted yet, where a reader was asked for some at a time. */
  readonly uncounted: number;
};

/** Follows the documents of a round with rate and time to go. */
export async function openProgress(
  { paths, run }: OpenRun,
  { round, retriedDocuments }: CurrentState,
  onPart?: PartListener,
) {
  await using resources = new AsyncDisposableStack();
  const follower = resources.use(await followRound(paths, round, onPart));
  const owned = resources.move();
  const meter = createRateMeter();
  return {
    read: async (mostParts?: number): Promise<RunProgress> => {
      const { shards, documents: done, outcomes, arrivals, uncounted } = await follower.read(mostParts);
      for (const arrival of arrivals) meter.add(arrival.atMs, arrival.documents);
      const total = retriedDocuments ?? run.documents;
      const nowMs = Date.now();
      const rate = meter.rate(nowMs);
      const etaSeconds = rate === null || rate === 0 ? null : (total - done) / rate;
      const etaError = etaSeconds === null ? null : meter.error(nowMs);
      return { round, shards, documents: { done, total }, outcomes, rate, etaSeconds, etaError, uncounted };
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
