import { setTimeout as wait } from 'node:timers/promises';
import { sumOf } from '../ledger/count-outcomes.ts';
import { enforceLimits } from '../ledger/enforce-limits.ts';
import { type Finalization, finalizeRun } from '../ledger/finalize-run.ts';
import type { OpenRun } from '../ledger/open-run.ts';
import { type RunProgress, openProgress } from '../ledger/run-progress.ts';
import { readState } from '../ledger/run-state.ts';

export type WatchOptions = {
  readonly signal: AbortSignal;
  readonly intervalMs: number;
  readonly onProgress: (progress: RunProgress) => void;
  /** Called on every look while parts are missing, for instance to put back what the queue lost. */
  readonly onIncomplete: () => Promise<void>;
};

/**
 * Watches a run until it is complete, cancelled, or `signal` aborts (then `incomplete`). It looks at the files alone,
 * so it works whoever does the work, and it completes the run when the last part is there.
 */
export async function watchRun(open: OpenRun, options: WatchOptions): Promise<Finalization> {
  const state = await readState(open.paths);
  const { round } = state;
  await using reader = await openProgress(open, state);
  for (;;) {
    const progress = await reader.read();
    options.onProgress(progress);
    const missing = progress.shards.total - progress.shards.done;
    // A run that misses nothing is complete, whatever its limits say.
    const cancelled = missing > 0 && (await enforceLimits(open, sumOf(progress.outcomes.failed), Date.now()));
    const finalization = cancelled || missing === 0 || (await isClosed(open)) ? await finalizeRun(open) : null;
    if (finalization !== null && finalization.status !== 'incomplete') return finalization;
    if (options.signal.aborted) return { status: 'incomplete', round, missing };
    await options.onIncomplete();
    await wait(options.intervalMs, undefined, { signal: options.signal }).catch(() => undefined);
  }
}

async function isClosed({ paths }: OpenRun): Promise<boolean> {
  return (await readState(paths)).kind !== 'open';
}
