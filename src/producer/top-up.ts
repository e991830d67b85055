import { findMissing } from '../ledger/find-missing.ts';
import type { OpenRun } from '../ledger/open-run.ts';
import { readState } from '../ledger/run-state.ts';
import type { JobQueue } from '../queue/job-queue.ts';

/** Jobs that all runs of a model together have in the queue; the plan is the backlog, not Redis (about 4 MB). */
export const HIGH_WATER_JOBS = 5_000;

export type ToppedUp = { readonly missing: number; readonly offered: number };

/**
 * Offers the first `window` shards that have no part to the queue. Which jobs are in the queue already does not matter,
 * since adding a job twice is adding it once: after a lost queue, a killed producer or a cancel the next call puts
 * back exactly what is missing. Producer and workers call it alike; several at once are harmless.
 */
export async function topUp({ paths, run }: OpenRun, queue: JobQueue, window = HIGH_WATER_JOBS): Promise<ToppedUp> {
  const state = await readState(paths);
  if (state.kind !== 'open') return { missing: 0, offered: 0 };
  const missing = await findMissing(paths, state.round);
  const offered = missing.slice(0, window);
  if ((await queue.counts()).failed > 0) await queue.removeFailed(run.runId);
  await queue.add(run.runId, offered);
  return { missing: missing.length, offered: offered.length };
}
