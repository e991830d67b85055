import type { Config } from '../config.ts';
import type { RunState } from '../../schemas/run.ts';
import type { OpenRun } from '../ledger/open-run.ts';
import { type CurrentState, appendState, readState } from '../ledger/run-state.ts';
import { topUp } from '../producer/top-up.ts';
import { resolveEndpoint } from '../queue/endpoint.ts';
import { openCommandQueue } from './command-queue.ts';
import { plural } from '../format.ts';
import { note } from './output.ts';

/**
 * Moves a run's state on: `next` says from the current state what to append, or null to leave it. Another process may
 * append first; then `next` is asked again. Returns the state that stands.
 */
export async function changeState(
  { paths }: OpenRun,
  next: (state: CurrentState) => Promise<RunState | null>,
): Promise<CurrentState> {
  for (;;) {
    const state = await readState(paths);
    const entry = await next(state);
    if (entry === null) return state;
    if (await appendState(paths, state, entry)) return readState(paths);
  }
}

/** Puts a run's missing shards into the queue; where no queue is configured, its workers find them by themselves. */
export async function refillQueue(open: OpenRun, config: Config): Promise<void> {
  if (config.redisUrl === undefined && config.queueEndpoint === undefined) {
    note(
      'No `REDIS_URL` given: running workers find what is missing by themselves, or repeat the `docmill run` command.',
    );
    return;
  }
  await using queue = await openCommandQueue(
    await resolveEndpoint({ redisUrl: config.redisUrl, endpointFile: config.queueEndpoint }),
    open.run.model.sha256,
    config,
  );
  const { missing, offered } = await topUp(open, queue);
  note(`${plural(offered, 'job')} in the queue for ${plural(missing, 'missing shard')}.`);
}
