import type { Run } from './token-context.ts';

/** A run, and how many tokens its slot holds before it. */
export type PlacedRun = Run & { readonly at: number };

/** Bounds of a batch. */
export type BatchBounds = {
  /** The most tokens of one evaluation, padding counted. */
  readonly batchTokens: number;
  /** The most tokens that a slot holds, padding counted. */
  readonly slotTokens: number;
};

/**
 * Divides runs, in the order of their slots, into batches so that all of them together cost least: neighbours share one
 * where that is cheaper than one each, although the shorter ones are padded to the length of the longest, and a run
 * without tokens between them to nothing else. Runs without tokens are in no other batch.
 */
export function toEvenBatches(runs: readonly PlacedRun[], bounds: BatchBounds): PlacedRun[][] {
  // The cheapest way to divide the runs before each place.
  const ways: { readonly cost: number; readonly batches: PlacedRun[][] }[] = [{ cost: 0, batches: [] }];
  for (let end = 1; end <= runs.length; end += 1) {
    let cheapest: (typeof ways)[number] | undefined;
    for (let from = end - 1; from >= 0; from -= 1) {
      const batch = runs.slice(from, end);
      const before = ways[from];
      if (before === undefined || (batch.length > 1 && !isPossible(batch, bounds))) break;
      const cost = before.cost + costOf(batch);
      if (cheapest === undefined || cost < cheapest.cost) {
        cheapest = { cost, batches: longestOf(batch) === 0 ? before.batches : [...before.batches, pad(batch)] };
      }
    }
    ways.push(cheapest ?? { cost: 0, batches: [] });
  }
  return ways.at(-1)?.batches ?? [];
}

/** The same runs, each padded to the length of the longest. */
export function pad(batch: readonly PlacedRun[]): PlacedRun[] {
  const longest = longestOf(batch);
  return batch.map((run) => (run.tokens.length === longest ? run : { ...run, padding: longest - run.tokens.length }));
}

/** Whether the runs can be one batch; if not, they cannot with more before them either. */
export function isPossible(batch: readonly PlacedRun[], { batchTokens, slotTokens }: BatchBounds): boolean {
  const longest = longestOf(batch);
  const [first] = batch;
  return (
    longest * batch.length <= batchTokens &&
    batch.every(({ at, slot }, index) => at + longest <= slotTokens && slot === (first?.slot ?? 0) + index)
  );
}

/**
 * What a batch costs, in tokens of a large batch. Measured on both usual quantisations: one token alone costs 2.5 times
 * as much, 16 together one and a half times, and what a small batch costs more grows no further.
 */
function costOf(batch: readonly PlacedRun[]): number {
  const tokens = longestOf(batch) * batch.length;
  return tokens + Math.min(1.5 * tokens, 9);
}

function longestOf(batch: readonly PlacedRun[]): number {
  return batch.reduce((most, { tokens }) => Math.max(most, tokens.length), 0);
}
