import { type Job as BullJob, DelayedError, UnrecoverableError, WaitingError } from 'bullmq';
import { z } from 'zod';
import { JOB_VERSION, type Job, jobSchema } from '../../schemas/job.ts';
import type { Sha256 } from '../../schemas/ids.ts';
import { faultPoint } from '../fault-points.ts';
import { openBackend, queueName } from './backend.ts';
import type { Endpoint } from './endpoint.ts';

/** What becomes of a job: its shard is complete, or nobody can do it now. A throw is retried with back-off. */
export type Verdict =
  | { readonly verdict: 'done' }
  | { readonly verdict: 'put-back'; readonly delayMs: number; readonly reason: string };

/** What a processor knows besides the job. */
export type JobContext = {
  /** When to stop. */
  readonly signal: AbortSignal;
  /** How long ago the job was added. */
  readonly ageMs: number;
  /** How many workers have had the job and were never heard of again, as far as the queue remembers. */
  readonly stalls: number;
};

export type ConsumeOptions = {
  readonly endpoint: Endpoint;
  readonly modelSha256: Sha256;
  readonly prefix: string;
  /** A worker that is silent for this long loses its job to another one. */
  readonly lockMs: number;
  readonly stalledCheckMs: number;
  readonly process: (job: Job, context: JobContext) => Promise<Verdict>;
  /** A job came that a newer docmill made; it is put back for a worker that knows its form. */
  readonly onNewerJob: (job: { readonly id: string; readonly version: number }) => void;
  /** The queue has nothing more for this worker. */
  readonly onIdle: () => void;
  readonly onError: (error: Error) => void;
  readonly onReady: () => void;
};

const SHUTDOWN = 'shutdown';
const NEWER_JOB_DELAY_MS = 30_000;
const LONGEST_BACKOFF_MS = 60_000;

/** Takes the jobs of one model, one at a time, until `stop`. */
export async function consumeJobs(options: ConsumeOptions) {
  const backend = await openBackend(options.endpoint, 'worker', options.prefix);
  // BullMQ hands over the signal only to a function that declares three parameters.
  const processor = async (job: BullJob, token: string | undefined, signal?: AbortSignal): Promise<void> =>
    processJob(options, job, token, signal ?? new AbortController().signal);
  const worker = backend.createWorker(queueName(options.modelSha256), processor, {
    concurrency: 1,
    lockDuration: options.lockMs,
    stalledInterval: options.stalledCheckMs,
    // A job whose worker died is always given to another one: no number of deaths may fail a shard.
    maxStalledCount: 1_000_000,
    removeOnComplete: { count: 0 },
    settings: { backoffStrategy: (attempts) => Math.min(1_000 * 2 ** Math.min(attempts - 1, 10), LONGEST_BACKOFF_MS) },
  });
  worker.on('error', options.onError);
  backend.onReady(options.onReady);
  worker.on('drained', options.onIdle);
  worker.on('completed', () => faultPoint('job.acknowledged'));
  worker.on('lockRenewalFailed', (jobIds) => {
    for (const id of jobIds) worker.cancelJob(id, 'the job was given to another worker');
  });
  return {
    /**
     * Takes no more jobs, lets the active one end until the deadline, then puts it back. Resolves to false when even
     * that did not end it within `graceMs` more: the process has to go.
     */
    stop: async (deadlineMs: number, graceMs: number): Promise<boolean> => {
      const closed = worker.close().then(() => true);
      const ended = (await within(closed, deadlineMs)) ?? false;
      if (!ended) worker.cancelAllJobs(SHUTDOWN);
      const drained = ended || ((await within(closed, graceMs)) ?? false);
      await backend.close();
      return drained;
    },
  };
}

async function processJob(
  options: ConsumeOptions,
  bullJob: BullJob,
  token: string | undefined,
  signal: AbortSignal,
): Promise<void> {
  const version = versionSchema.safeParse(bullJob.data);
  const job = jobSchema.safeParse(bullJob.data);
  const isNewer = version.success && version.data.v > JOB_VERSION;
  if (!job.success && !isNewer) throw new UnrecoverableError('The data of this job is not that of a docmill job.');
  const context = { signal, ageMs: Date.now() - bullJob.timestamp, stalls: bullJob.stalledCounter };
  const verdict = isNewer || !job.success ? NEWER_JOB : await settle(options, job.data, context);
  switch (verdict.verdict) {
    case 'done':
      return;
    case 'put-back':
      await bullJob.moveToDelayed(Date.now() + verdict.delayMs, token);
      if (isNewer) options.onNewerJob({ id: bullJob.id ?? '', version: version.data.v });
      throw new DelayedError(verdict.reason);
    case 'shutdown':
      await bullJob.moveToWait(token);
      throw new WaitingError();
    default:
      verdict satisfies never;
  }
}

/** A newer job may have members that this version does not know. */
const versionSchema = z.object({ v: z.int() });

const NEWER_JOB = {
  verdict: 'put-back',
  delayMs: NEWER_JOB_DELAY_MS,
  reason: 'This job was made by a newer docmill than this worker.',
} as const;

async function settle(
  options: ConsumeOptions,
  job: Job,
  context: JobContext,
): Promise<Verdict | { readonly verdict: 'shutdown' }> {
  try {
    return await options.process(job, context);
  } catch (error) {
    if (context.signal.aborted && context.signal.reason === SHUTDOWN) return { verdict: 'shutdown' };
    throw error;
  }
}

/** The promise's value, or null when it takes longer. */
async function within<T>(promise: Promise<T>, milliseconds: number): Promise<T | null> {
  const { promise: elapsed, resolve } = Promise.withResolvers<null>();
  const timer = setTimeout(resolve, milliseconds, null);
  try {
    return await Promise.race([promise, elapsed]);
  } finally {
    clearTimeout(timer);
  }
}
