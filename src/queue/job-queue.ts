import { type Job, JOB_VERSION } from '../../schemas/job.ts';
import type { RunId, Sha256 } from '../../schemas/ids.ts';
import { faultPoint } from '../fault-points.ts';
import { type QueueHandle, openBackend, queueName } from './backend.ts';
import { type ConnectionRole, queueError } from './connect.ts';
import type { Endpoint } from './endpoint.ts';

export type QueueCounts = {
  readonly waiting: number;
  readonly active: number;
  readonly delayed: number;
  readonly failed: number;
};

export type JobQueue = Awaited<ReturnType<typeof openJobQueue>>;

/** Jobs per call; measured as the fastest, and a call that fails half-way is simply repeated. */
const JOBS_PER_CALL = 500;
const FAILED_JOBS_READ = 1_000;

/** The queue of one model, from the producing side; its calls throw `QUEUE_UNREACHABLE` when the queue fails. */
export async function openJobQueue(options: {
  readonly endpoint: Endpoint;
  readonly modelSha256: Sha256;
  readonly role: ConnectionRole;
  readonly prefix: string;
  readonly onError: (error: Error) => void;
}) {
  await using resources = new AsyncDisposableStack();
  const backend = resources.adopt(await openBackend(options.endpoint, options.role, options.prefix), (opened) =>
    opened.close(),
  );
  const queue = resources.adopt(backend.createQueue(queueName(options.modelSha256)), (opened) => opened.close());
  queue.on('error', options.onError);
  const ask = async <T>(question: () => Promise<T>): Promise<T> => {
    try {
      return await question();
    } catch (error) {
      throw queueError(options.endpoint, error);
    }
  };
  if (options.role === 'command') await ask(() => queue.waitUntilReady());
  const owned = resources.move();
  return {
    /** Its name in Redis. */
    name: queueName(options.modelSha256),
    /** Adds a job for each shard; a shard whose job is in the queue already is left as it is. */
    add: async (runId: RunId, shards: readonly Pick<Job, 'round' | 'shard'>[]): Promise<void> => {
      for (let start = 0; start < shards.length; start += JOBS_PER_CALL) {
        const jobs = shards.slice(start, start + JOBS_PER_CALL);
        await ask(() => queue.addBulk(jobs.map((place) => toBullJob({ v: JOB_VERSION, runId, ...place }))));
        faultPoint('queue.offered');
      }
    },
    counts: (): Promise<QueueCounts> => ask(() => countJobs(queue)),
    /** Removes failed jobs of a run, which would keep their shards out of the queue for ever: a used id is not added. */
    removeFailed: async (runId: RunId): Promise<void> => {
      await ask(() => removeFailedOf(runId, queue));
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** How many jobs a queue holds, by what becomes of them next. */
export async function countJobs(queue: Pick<QueueHandle, 'getJobCounts'>): Promise<QueueCounts> {
  const counts = await queue.getJobCounts('waiting', 'active', 'delayed', 'prioritized', 'failed');
  const count = (state: string) => counts[state] ?? 0;
  return {
    waiting: count('waiting') + count('prioritized'),
    active: count('active'),
    delayed: count('delayed'),
    failed: count('failed'),
  };
}

async function removeFailedOf(runId: RunId, queue: QueueHandle): Promise<void> {
  let start = 0;
  for (;;) {
    const page = await queue.getFailed(start, start + FAILED_JOBS_READ - 1);
    const own = page.filter((job) => job.id?.startsWith(`${runId}-`) === true);
    for (const job of own) await job.remove();
    if (page.length < FAILED_JOBS_READ) return;
    start += page.length - own.length;
  }
}

/** The id of a shard's job: adding it twice is adding it once. */
function jobId(job: Job): string {
  return `${job.runId}-${job.round}-${job.shard}`;
}

function toBullJob(job: Job) {
  return {
    name: 'shard',
    data: job,
    opts: {
      jobId: jobId(job),
      // Broken infrastructure is retried without limit; documents that cannot be answered are no failure of the job.
      attempts: 1_000_000_000,
      backoff: { type: 'custom' },
      removeOnComplete: true,
    },
  };
}
