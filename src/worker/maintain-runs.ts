import type { Logger } from '../logger.ts';
import { followRound, sumOf } from '../ledger/count-outcomes.ts';
import { enforceLimits } from '../ledger/enforce-limits.ts';
import { finalizeRun } from '../ledger/finalize-run.ts';
import { findMissing } from '../ledger/find-missing.ts';
import type { OpenRun } from '../ledger/open-run.ts';
import { readState } from '../ledger/run-state.ts';

export type Maintenance = {
  readonly list: () => Promise<OpenRun[]>;
  /** Puts the run's missing shards into the queue. */
  readonly topUp: (open: OpenRun, window: number) => Promise<unknown>;
  readonly highWaterJobs: number;
  readonly log: Logger;
};

/**
 * Looks after every open run of this model: stops those that reached a limit, puts missing shards back into the queue,
 * completes those that miss nothing. Every worker does this; several at once are harmless.
 */
export async function maintainRuns(maintenance: Maintenance): Promise<void> {
  const open: OpenRun[] = [];
  for (const one of await maintenance.list()) {
    await guarded(one, maintenance, async () => {
      if ((await readState(one.paths)).kind === 'open') open.push(one);
    });
  }
  const window = Math.max(1, Math.floor(maintenance.highWaterJobs / Math.max(1, open.length)));
  for (const one of open) await guarded(one, maintenance, () => maintainRun(one, window, maintenance));
}

/** One damaged run must not keep the others waiting. */
async function guarded({ run }: OpenRun, { log }: Maintenance, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    log.error({ run: run.name, err: error }, 'run maintenance failed');
  }
}

async function maintainRun(one: OpenRun, window: number, { topUp, log }: Maintenance): Promise<void> {
  const { round } = await readState(one.paths);
  // A run that misses nothing is complete, whatever its limits say.
  if ((await findMissing(one.paths, round)).length > 0) {
    if (!(await stopAtLimit(one, round))) await topUp(one, window);
    return;
  }
  const finalization = await finalizeRun(one);
  if (finalization.status === 'complete') log.info({ run: one.run.name, ...finalization }, 'run completed');
}

async function stopAtLimit(one: OpenRun, round: number): Promise<boolean> {
  if (one.run.limits.maxFailures === undefined) return enforceLimits(one, 0, Date.now());
  await using follower = await followRound(one.paths, round);
  const { outcomes } = await follower.read();
  return await enforceLimits(one, sumOf(outcomes.failed), Date.now());
}
