import type { Run } from '../../schemas/run.ts';
import type { OpenRun } from './open-run.ts';
import { appendState, readState } from './run-state.ts';

/** Which limit of the run is reached, if one is. A `resume` lifts the limits for good. */
export function reachedLimit(run: Run, failures: number, nowMs: number): 'deadline' | 'max-failures' | null {
  const { deadline, maxFailures } = run.limits;
  if (deadline !== undefined && nowMs >= Date.parse(deadline)) return 'deadline';
  if (maxFailures === undefined) return null;
  const most = typeof maxFailures === 'number' ? maxFailures : (run.documents * maxFailures.percent) / 100;
  return failures > most ? 'max-failures' : null;
}

/** Cancels an open run that has reached a limit; true when it is cancelled now. */
export async function enforceLimits({ paths, run }: OpenRun, failures: number, nowMs: number): Promise<boolean> {
  const reason = reachedLimit(run, failures, nowMs);
  if (reason === null) return false;
  const state = await readState(paths);
  if (state.kind !== 'open' || state.limitsLifted) return state.kind === 'cancelled';
  await appendState(paths, state, { state: 'cancelled', at: new Date(nowMs).toISOString(), reason });
  return (await readState(paths)).kind === 'cancelled';
}
