import { cpus } from 'node:os';
import type { Job } from '../../schemas/job.ts';
import { AppError, isAppError, systemCode } from '../errors.ts';
import type { OpenRun } from '../ledger/open-run.ts';
import { readState } from '../ledger/run-state.ts';
import { appendUsage } from '../ledger/usage.ts';
import type { Logger } from '../logger.ts';
import type { JobContext, Verdict } from '../queue/consume-jobs.ts';
import type { Activity } from './activity.ts';
import { processShardApart } from './apart/process-shard-apart.ts';
import type { Setup } from './apart/protocol.ts';
import { type Attempt, type Hooks, processShard } from './process-shard.ts';
import type { Watchdog } from './watchdog.ts';
import type { WatchLimits } from './watched.ts';
import type { createWorkedRuns } from './worked-runs.ts';

const UNKNOWN_RUN_DELAY_MS = 10_000;
const UNKNOWN_RUN_DROPPED_MS = 600_000;
const REFUSED_RUN_DELAY_MS = 30_000;
/** One worker may die of anything; a shard that so many were lost with is answered apart. */
const SUSPICIOUS_STALLS = 2;

/** What a worker has for each of its jobs. */
export type WorkContext = {
  /** How another process loads the same model. */
  readonly reload: Pick<Setup, 'model' | 'choices'>;
  readonly out: string;
  readonly inputRoots: Readonly<Record<string, string>>;
  readonly onlyRun: string | undefined;
  readonly log: Logger;
  readonly runs: ReturnType<typeof createWorkedRuns>;
  readonly activity: Activity;
  /** Aborted when this worker is for one run and cannot do it. */
  readonly hopeless: AbortController;
  readonly watchdog: Watchdog;
  readonly limits: WatchLimits;
};

/** Does one job, and says what is to become of it; whatever throws is broken infrastructure, and the job is tried again. */
export async function workOn(job: Job, jobContext: JobContext, context: WorkContext): Promise<Verdict> {
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
