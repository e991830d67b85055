import { setTimeout as wait } from 'node:timers/promises';
import type { Model } from '../engine/engine.ts';
import { type Heartbeat, takeTurn } from '../ledger/heartbeats.ts';
import { createIsDue } from '../is-due.ts';
import type { Logger } from '../logger.ts';
import { type ConsumeOptions, consumeJobs } from '../queue/consume-jobs.ts';
import { aborted } from '../shutdown.ts';
import { startActivity } from './activity.ts';
import { createConnectionNotice } from './connection-notice.ts';
import { type Maintenance, maintainRuns } from './maintain-runs.ts';
import { type SingleFlight, singleFlight } from './single-flight.ts';
import { startWatchdog } from './watchdog.ts';
import type { WatchLimits } from './watched.ts';
import { type WorkContext, workOn } from './work-on-job.ts';
import { createWorkedRuns } from './worked-runs.ts';

export type WorkerOptions = {
  readonly model: Model;
  readonly reload: WorkContext['reload'];
  readonly out: string;
  readonly inputRoots: Readonly<Record<string, string>>;
  readonly onlyRun: string | undefined;
  readonly queue: Pick<ConsumeOptions, 'endpoint' | 'prefix' | 'lockMs' | 'stalledCheckMs'>;
  readonly topUp: Maintenance['topUp'];
  readonly highWaterJobs: number;
  readonly topUpMs: number;
  readonly drainMs: number;
  readonly heartbeatMs: number;
  /** Called once this worker takes jobs, with a way to ask what it says about itself. */
  readonly onStarted?: (say: () => Heartbeat) => void;
  readonly hangMs: number;
  readonly log: Logger;
  readonly signal: AbortSignal;
};

/** How long a worker that was told to stop may take after its shard was cancelled. */
const GRACE_MS = 1_500;
const NEWER_JOB_NOTICE_MS = 60_000;
/** A machine that is overloaded may keep a process waiting for seconds. */
const LEAST_LOOP_MS = 10_000;

/**
 * A worker process: takes the jobs of every open run under `out` that wants its model, one at a time, until `signal`
 * aborts. Resolves to false when the active shard, or the tidying up after it, does not end in time, so that the caller has
 * to end the process.
 */
export async function runWorker(options: WorkerOptions): Promise<boolean> {
  const { log, model, out } = options;
  const hopeless = new AbortController();
  const signal = AbortSignal.any([options.signal, hopeless.signal]);
  await using resources = new AsyncDisposableStack();
  const runs = resources.use(createWorkedRuns({ ...options, only: options.onlyRun }));
  const activity = resources.use(
    startActivity({ ...options, model: model.identity.name, onGone: (error) => hopeless.abort(error) }),
  );
  const maintain = singleFlight(
    () => maintainRuns({ ...options, list: runs.list }),
    (error) => log.error({ err: error }, 'maintenance failed'),
  );
  const notice = createConnectionNotice(log);
  const limits = watchLimits(options);
  using watchdog = await startWatchdog(limits);
  const consumer = await consumeJobs({
    ...options.queue,
    modelSha256: model.identity.sha256,
    process: (job, context) => workOn(job, context, { ...options, runs, activity, hopeless, watchdog, limits }),
    onNewerJob: createNewerJobNotice(log),
    onIdle: maintain,
    onError: notice.failed,
    onReady: notice.ready,
  });
  options.onStarted?.(activity.say);
  log.info({ worker: activity.worker, model: model.identity.name, out }, 'worker started');
  // A worker for one run must not take the turns of those that look after all.
  const turn = ['top-up', model.identity.sha256.slice(0, 16), options.onlyRun ?? 'all'].join('-');
  const takeTurns = singleFlight(
    async () => {
      if (await takeTurn(out, turn, options.topUpMs * 0.9, Date.now())) maintain();
    },
    (error) => log.error({ err: error }, 'turn failed'),
  );
  const timer = setInterval(takeTurns, options.topUpMs);
  await aborted(signal);
  clearInterval(timer);
  log.info({ deadlineMs: options.drainMs }, 'worker stopping');
  const drained = await consumer.stop(options.drainMs, GRACE_MS);
  // All of this may wait for a queue or a store that is away; nothing is lost when it is left.
  const owned = resources.move();
  const tidied = tidyUp([takeTurns, maintain], owned).catch((error: unknown) =>
    log.error({ err: error }, 'worker not tidied up'),
  );
  const settled = await Promise.race([tidied.then(() => true), wait(GRACE_MS, false, { ref: false })]);
  log.info({ drained, settled }, 'worker stopped');
  if (hopeless.signal.aborted) throw hopeless.signal.reason;
  return drained && settled;
}

/** Ends what runs beside the jobs, one after the other, since a turn may have asked for maintenance; then the rest. */
async function tidyUp(upkeep: readonly SingleFlight[], owned: AsyncDisposableStack): Promise<void> {
  for (const flight of upkeep) await flight.settled();
  await owned.disposeAsync();
}

/** Says it once a minute: in the middle of an upgrade there may be thousands of them. */
function createNewerJobNotice(log: Logger) {
  const isDue = createIsDue(NEWER_JOB_NOTICE_MS, 'at once');
  return (job: { readonly id: string; readonly version: number }): void => {
    if (isDue()) log.warn({ job: job.id, version: job.version }, 'job of a newer docmill put back');
  };
}

/** A worker whose event loop stands still for twice the lock has long lost its shard. */
function watchLimits({ queue, hangMs }: WorkerOptions): WatchLimits {
  return { loopMs: Math.max(2 * queue.lockMs, LEAST_LOOP_MS), stepMs: hangMs };
}
