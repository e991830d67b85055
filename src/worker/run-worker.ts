import { cpus } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import type { Job } from '../../schemas/job.ts';
import { AppError, isAppError, systemCode } from '../errors.ts';
import type { Model } from '../engine/engine.ts';
import { type Heartbeat, takeTurn } from '../ledger/heartbeats.ts';
import type { OpenRun } from '../ledger/open-run.ts';
import { readState } from '../ledger/run-state.ts';
import { appendUsage } from '../ledger/usage.ts';
import type { Logger } from '../logger.ts';
import { isConnectionLost } from '../queue/connect.ts';
import { type ConsumeOptions, type JobContext, type Verdict, consumeJobs } from '../queue/consume-jobs.ts';
import { aborted } from '../shutdown.ts';
import { type Activity, startActivity } from './activity.ts';
import { type Maintenance, maintainRuns } from './maintain-runs.ts';
import { processShardApart } from './apart/process-shard-apart.ts';
import type { Setup } from './apart/protocol.ts';
import { type Attempt, type Hooks, processShard } from './process-shard.ts';
import { singleFlight } from './single-flight.ts';
import { type Watchdog, startWatchdog } from './watchdog.ts';
import type { WatchLimits } from './watched.ts';
import { createWorkedRuns } from './worked-runs.ts';

export type WorkerOptions = {
  readonly model: Model;
  /** How another process loads the same model. */
  readonly reload: Pick<Setup, 'model' | 'choices'>;
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
const UNKNOWN_RUN_DELAY_MS = 10_000;
const UNKNOWN_RUN_DROPPED_MS = 600_000;
const REFUSED_RUN_DELAY_MS = 30_000;
const WAITING_NOTICE_MS = 10_000;
/** One worker may die of anything; a shard that so many were lost with is answered apart. */
const SUSPICIOUS_STALLS = 2;
/** A machine that is overloaded may keep a process waiting for seconds. */
const LEAST_LOOP_MS = 10_000;

/**
 * A worker process: takes the jobs of every open run under `out` that wants its model, one at a time, until `signal`
 * aborts. Resolves to false when the active shard would not end, so that the caller has to end the process.
 */
export async function runWorker(options: WorkerOptions): Promise<boolean> {
  const { log, model, out } = options;
  const hopeless = new AbortController();
  const signal = AbortSignal.any([options.signal, hopeless.signal]);
  await using runs = createWorkedRuns({ ...options, only: options.onlyRun });
  await using activity = startActivity({
    ...options,
    model: model.identity.name,
    onGone: (error) => hopeless.abort(error),
  });
  const maintain = singleFlight(
    () => maintainRuns({ ...options, list: runs.list }),
    (error) => log.error({ err: error }, 'maintenance failed'),
  );
  const notice = createConnectionNotice(log);
  const limits = watchLimits(options);
  using watchdog = startWatchdog(limits);
  const consumer = await consumeJobs({
    ...options.queue,
    modelSha256: model.identity.sha256,
    process: (job, context) => workOn(job, context, { ...options, runs, activity, hopeless, watchdog, limits }),
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
  // Maintenance may wait for a queue that is away; nothing is lost when it is left.
  const upkeep = Promise.all([takeTurns.settled(), maintain.settled()]);
  const settled = await Promise.race([upkeep.then(() => true), wait(GRACE_MS, false, { ref: false })]);
  log.info({ drained, settled }, 'worker stopped');
  if (hopeless.signal.aborted) throw hopeless.signal.reason;
  return drained && settled;
}

type WorkContext = WorkerOptions & {
  readonly runs: ReturnType<typeof createWorkedRuns>;
  readonly activity: Activity;
  /** Aborted when this worker is for one run and cannot do it. */
  readonly hopeless: AbortController;
  readonly watchdog: Watchdog;
  readonly limits: WatchLimits;
};

/** A worker whose event loop stands still for twice the lock has long lost its shard. */
function watchLimits({ queue, hangMs }: WorkerOptions): WatchLimits {
  return { loopMs: Math.max(2 * queue.lockMs, LEAST_LOOP_MS), stepMs: hangMs };
}

async function workOn(job: Job, jobContext: JobContext, context: WorkContext): Promise<Verdict> {
  if (jobContext.stalls >= SUSPICIOUS_STALLS) return workApart(job, jobContext, context);
  const lookup = await context.runs.find(job.runId);
  switch (lookup.status) {
    case 'unknown':
      return putBackUnknown(job, jobContext, context);
    case 'refused':
      context.log.error({ run: lookup.name, reason: lookup.reason }, 'run refused');
      context.activity.refuse(lookup.name, lookup.reason);
      if (context.onlyRun !== undefined) context.hopeless.abort(new AppError('CONFIG_INVALID', lookup.reason));
      return { verdict: 'put-back', delayMs: REFUSED_RUN_DELAY_MS, reason: lookup.reason };
    case 'found': {
      const { worked } = lookup;
      using watched = context.watchdog.watch(jobContext.signal);
      const { signal } = watched;
      const tryIt = (hooks: Hooks) => processShard(worked, job, signal, hooks);
      return await attempt(job, worked.open, { signal, tryIt }, context);
    }
    default:
      return lookup satisfies never;
  }
}

/** Workers were lost with this shard: whether it was its doing shows in a process that may be lost too. */
async function workApart(job: Job, jobContext: JobContext, context: WorkContext): Promise<Verdict> {
  const { log, reload, out, inputRoots, limits } = context;
  const { signal, stalls } = jobContext;
  const open = await context.runs.locate(job.runId);
  if (open === undefined) return putBackUnknown(job, jobContext, context);
  const place = { run: open.run.name, round: job.round, shard: job.shard };
  log.warn({ ...place, stalls }, 'shard answered apart, workers were lost with it');
  const setup: Setup = { ...reload, out, inputRoots, runId: job.runId, limits };
  const onCondemned = ({ id }: { readonly id: string }): void => log.error({ ...place, id }, 'document condemned');
  const tryIt = (hooks: Hooks) => processShardApart(open, job, { ...hooks, setup, signal, onCondemned });
  return attempt(job, open, { signal, tryIt }, context);
}

/** The run was removed, or is under the output directory of other workers on the same queue, who wait for the job. */
function putBackUnknown({ runId }: Job, { ageMs }: JobContext, { log }: WorkContext): Verdict {
  if (ageMs > UNKNOWN_RUN_DROPPED_MS) return { verdict: 'done' };
  log.warn({ runId }, 'job of unknown run put back');
  return { verdict: 'put-back', delayMs: UNKNOWN_RUN_DELAY_MS, reason: 'The run is not under this directory.' };
}

type Trial = { readonly signal: AbortSignal; readonly tryIt: (hooks: Hooks) => Promise<Attempt | null> };

async function attempt(
  job: Job,
  { run, paths }: OpenRun,
  { signal, tryIt }: Trial,
  context: WorkContext,
): Promise<Verdict> {
  const state = await readState(paths);
  if (state.kind !== 'open' || job.round > state.round) return { verdict: 'done' };
  const place = { run: run.name, round: job.round, shard: job.shard };
  const startedMs = performance.now();
  context.activity.start(`${run.name}/${job.round}-${job.shard}`);
  try {
    const onHeld = (error: unknown): void => {
      const code = systemCode(error) ?? 'unknown error';
      context.log.warn({ ...place, code }, 'part held back, the disk takes nothing');
      context.activity.trouble(run.name, `a part cannot be written (${code}), make room under \`${context.out}\``);
    };
    const done = await tryIt({ onHeld });
    if (done === null) {
      // Somebody else put it there: a shard of ours is in the plan before its job is in the queue.
      context.log.warn(place, 'job of no planned shard dropped');
      context.activity.abandon('put-back');
      return { verdict: 'done' };
    }
    const { outcome, documents, tokens } = done;
    const seconds = Math.round(performance.now() - startedMs) / 1000;
    context.log.info({ ...place, outcome, documents, seconds }, 'shard completed');
    context.activity.finish(done);
    context.activity.trouble(run.name, null);
    if (outcome === 'committed') {
      const cpu = cpus()[0]?.model ?? process.arch;
      // Best effort by contract: a full disk here must not undo a committed part.
      await appendUsage(paths, context.activity.worker, { ...job, documents, seconds, tokens, cpu }).catch(
        () => undefined,
      );
    }
    return { verdict: 'done' };
  } catch (error) {
    context.activity.abandon(signal.aborted ? 'put-back' : 'failed');
    if (!signal.aborted) {
      context.log.warn({ ...place, err: error }, 'shard attempt failed');
      context.activity.trouble(
        run.name,
        isAppError(error) ? error.message : `an attempt failed (${systemCode(error) ?? 'see the log'})`,
      );
    }
    throw error;
  }
}

/** Says that the queue is away every ten seconds, not at every failed connection, and when it is back. */
function createConnectionNotice(log: Logger) {
  let lastMs = Number.NEGATIVE_INFINITY;
  let away = false;
  return {
    failed: (error: Error): void => {
      // The queue is there and refused something, for instance to end a job that another worker was given.
      if (!isConnectionLost(error)) return log.warn({ err: error }, 'queue command failed');
      away = true;
      if (performance.now() - lastMs < WAITING_NOTICE_MS) return;
      lastMs = performance.now();
      log.warn({ err: error }, 'queue unreachable, waiting');
    },
    ready: (): void => {
      if (away) log.info('queue reachable again');
      away = false;
    },
  };
}
