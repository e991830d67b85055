import { cpus } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import type { Job } from '../../schemas/job.ts';
import { AppError, isAppError, systemCode } from '../errors.ts';
import type { Model } from '../engine/engine.ts';
import { type Heartbeat, takeTurn } from '../ledger/heartbeats.ts';
import { readState } from '../ledger/run-state.ts';
import { appendUsage } from '../ledger/usage.ts';
import type { Logger } from '../logger.ts';
import { type ConsumeOptions, type JobContext, type Verdict, consumeJobs } from '../queue/consume-jobs.ts';
import { aborted } from '../shutdown.ts';
import { type Activity, startActivity } from './activity.ts';
import { type Maintenance, maintainRuns } from './maintain-runs.ts';
import { processShard } from './process-shard.ts';
import { singleFlight } from './single-flight.ts';
import { type WorkedRun, createWorkedRuns } from './worked-runs.ts';

export type WorkerOptions = {
  readonly model: Model;
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
  readonly log: Logger;
  readonly signal: AbortSignal;
};

/** How long a worker that was told to stop may take after its shard was cancelled. */
const GRACE_MS = 1_500;
const UNKNOWN_RUN_DELAY_MS = 10_000;
const UNKNOWN_RUN_DROPPED_MS = 600_000;
const REFUSED_RUN_DELAY_MS = 30_000;
const WAITING_NOTICE_MS = 10_000;

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
  const consumer = await consumeJobs({
    ...options.queue,
    modelSha256: model.identity.sha256,
    process: (job, context) => workOn(job, context, { ...options, runs, activity, hopeless }),
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
};

async function workOn(job: Job, { signal, ageMs }: JobContext, context: WorkContext): Promise<Verdict> {
  const lookup = await context.runs.find(job.runId);
  switch (lookup.status) {
    case 'unknown':
      // Removed, or under the output directory of other workers on the same queue, which put it back if they miss it.
      if (ageMs > UNKNOWN_RUN_DROPPED_MS) return { verdict: 'done' };
      context.log.warn({ runId: job.runId }, 'job of unknown run put back');
      return { verdict: 'put-back', delayMs: UNKNOWN_RUN_DELAY_MS, reason: 'The run is not under this directory.' };
    case 'refused':
      context.log.error({ run: lookup.name, reason: lookup.reason }, 'run refused');
      context.activity.refuse(lookup.name, lookup.reason);
      if (context.onlyRun !== undefined) context.hopeless.abort(new AppError('CONFIG_INVALID', lookup.reason));
      return { verdict: 'put-back', delayMs: REFUSED_RUN_DELAY_MS, reason: lookup.reason };
    case 'found':
      return attempt(job, signal, lookup.worked, context);
    default:
      return lookup satisfies never;
  }
}

async function attempt(job: Job, signal: AbortSignal, worked: WorkedRun, context: WorkContext): Promise<Verdict> {
  const { run, paths } = worked.open;
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
    const done = await processShard(worked, job, signal, { onHeld });
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
      if (systemCode(error) === undefined) return log.warn({ err: error }, 'queue command failed');
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
