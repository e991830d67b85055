import type { Logger } from '../logger.ts';
import { followRound, sumOf } from '../ledger/count-outcomes.ts';
import { enforceLimits } from '../ledger/enforce-limits.ts';
import { finalizeRun } from '../ledger/finalize-run.ts';
import type { OpenRun } from '../ledger/open-run.ts';
import { readState } from '../ledger/run-state.ts';

export type Maintenance = {
  readonly list: () => Promise<OpenRun[]>;
  /** Puts the run's missing shards into the queue; says how many are missing. */
  readonly topUp: (open: OpenRun, window: number) => Promise<{ readonly missing: number }>;
  readonly highWaterJobs: number;
  readonly log: Logger;
};

/**
 * Looks after every open run of this model: stops those that reached a limit, puts missing shards back into the queue,
 * completes those that miss nothing. Every worker does this; several at once are harmless.
 */
export async function maintainRuns(maintenance: Maintenance): Promise<void> {
  const open = await openRuns(maintenance);
  const window = Math.max(1, Math.floor(maintenance.highWaterJobs / Math.max(1, open.length)));
  for (const one of open) {
    try {
      if (await stopAtLimit(one)) continue;
      const { missing } = await maintenance.topUp(one, window);
      if (missing > 0) continue;
      const finalization = await finalizeRun(one);
      if (finalization.status === 'complete')
        maintenance.log.info({ run: one.run.name, ...finalization }, 'run completed');
    } catch (error) {
      // One damaged run must not keep the others waiting.
      maintenance.log.error({ run: one.run.name, err: error }, 'run maintenance failed');
    }
  }
}

async function openRuns({ list }: Maintenance): Promise<OpenRun[]> {
  const open: OpenRun[] = [];
  for (const one of await list()) if ((await readState(one.paths)).kind === 'open') open.push(one);
  return open;
}

async function stopAtLimit(one: OpenRun): Promise<boolean> {
  const { limits } = one.run;
  if (limits.maxFailures === undefined) return enforceLimits(one, 0, Date.now());
  await using round = await followRound(one.paths, (await readState(one.paths)).round);
  const { outcomes } = await round.read();
  return await enforceLimits(one, sumOf(outcomes.failed), Date.now());
}
