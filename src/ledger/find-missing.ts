import { listParts } from './parts.ts';
import { openPlan } from './plan-file.ts';
import type { RunPaths } from './run-paths.ts';

/** The shards of all rounds up to `lastRound` that have no part, in plan order: what is left to do, from files alone. */
export async function findMissing(paths: RunPaths, lastRound: number): Promise<{ round: number; shard: number }[]> {
  const missing: { round: number; shard: number }[] = [];
  for (let round = 1; round <= lastRound; round += 1) {
    await using plan = await openPlan(paths, round);
    const parts = await listParts(paths, round);
    for (let shard = 0; shard < plan.shards; shard += 1) if (!parts.has(shard)) missing.push({ round, shard });
  }
  return missing;
}
