import type { OutcomeCounts } from '../../schemas/manifest.ts';
import type { PlanLine } from '../../schemas/plan.ts';
import type { ResultLine } from '../../schemas/result.ts';
import { mapInOrder } from '../map-in-order.ts';
import { listParts, readPart } from './parts.ts';
import { openPlan } from './plan-file.ts';
import type { RunPaths } from './run-paths.ts';

type MutableCounts = { ok: number; failed: Record<string, number>; skipped: Record<string, number> };

/** Counts result lines by status and code. */
export function createOutcomeCounts() {
  const counts: MutableCounts = { ok: 0, failed: {}, skipped: {} };
  return {
    add: (result: ResultLine): void => {
      if (result.status === 'ok') {
        counts.ok += 1;
      } else {
        const byCode = counts[result.status];
        byCode[result.error.code] = (byCode[result.error.code] ?? 0) + 1;
      }
    },
    /** The counts so far, codes in alphabetical order. */
    counts: (): OutcomeCounts => ({
      ok: counts.ok,
      failed: sortedByKey(counts.failed),
      skipped: sortedByKey(counts.skipped),
    }),
  };
}

/** All documents of some counts under one status. */
export function sumOf(byCode: Readonly<Record<string, number>>): number {
  return Object.values(byCode).reduce((sum, count) => sum + count, 0);
}

export type RoundProgress = {
  readonly shards: { readonly done: number; readonly total: number };
  readonly documents: number;
  readonly outcomes: OutcomeCounts;
  /** When and how many documents each newly seen part brought; `atMs` is the part's time in the store. */
  readonly arrivals: readonly { readonly atMs: number; readonly documents: number }[];
  /** Parts that are there and were not read yet. */
  readonly uncounted: number;
};

/** Hears of each part once, in no order: its time in the store and its lines. */
export type PartListener = (part: { readonly atMs: number; readonly results: readonly ResultLine[] }) => void;

/**
 * Follows a round: each `read` counts the parts that came since the last one, so watching a run costs what is new, not
 * what is there; at most `mostParts` of them, for whoever has to show something meanwhile.
 */
export async function followRound(paths: RunPaths, round: number, onPart: PartListener = () => undefined) {
  await using resources = new AsyncDisposableStack();
  const plan = resources.use(await openPlan(paths, round));
  const owned = resources.move();
  const seen = new Set<number>();
  const outcomes = createOutcomeCounts();
  let documents = 0;
  return {
    read: async (mostParts = Number.POSITIVE_INFINITY): Promise<RoundProgress> => {
      const arrivals: { atMs: number; documents: number }[] = [];
      const there = [...(await listParts(paths, round))].filter((shard) => !seen.has(shard) && shard < plan.shards);
      const read = async ({ shard, documents: planned }: PlanLine) => ({
        shard,
        results: (await readPart(paths, round, shard, planned)).results,
        atMs: await paths.store.modifiedAtMs(paths.part(round, shard)),
      });
      const lines = plan.lines(there.slice(0, mostParts));
      for await (const { shard, results, atMs } of mapInOrder(lines, paths.store.readsAtOnce, read)) {
        for (const result of results) outcomes.add(result);
        onPart({ atMs, results });
        arrivals.push({ atMs, documents: results.length });
        documents += results.length;
        seen.add(shard);
      }
      const shards = { done: seen.size, total: plan.shards };
      const uncounted = Math.max(0, there.length - mostParts);
      return { shards, documents, outcomes: outcomes.counts(), arrivals, uncounted };
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

function sortedByKey(counts: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).sort(([one], [other]) => (one < other ? -1 : 1)));
}
