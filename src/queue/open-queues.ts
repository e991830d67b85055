import { Queue } from 'bullmq';
import type { Sha256 } from '../../schemas/ids.ts';
import { queueName } from './backend.ts';
import { connectRedis } from './connect.ts';
import type { Endpoint } from './endpoint.ts';
import { type QueueCounts, countJobs } from './job-queue.ts';

/** A model's queue to look at: its name in Redis, how many jobs it holds, and BullMQ's own object for bull-board. */
export type SeenQueue = {
  readonly name: string;
  readonly counts: () => Promise<QueueCounts>;
  /** BullMQ's own count of jobs by state, as the text that Prometheus reads. */
  readonly metricsText: () => Promise<string>;
  readonly bullQueue: Queue;
};

/**
 * The queues of any number of models over one connection to Redis, to look at: nothing is written. Throws
 * `QUEUE_UNREACHABLE` when there is no queue at the beginning; later calls fail while it is away and work again when it
 * is back.
 */
export async function openQueues(options: {
  readonly endpoint: Exclude<Endpoint, { kind: 'postgres' }>;
  readonly prefix: string;
}) {
  const connection = await connectRedis(options.endpoint, 'command');
  const opened = new Map<string, SeenQueue>();
  return {
    of: (modelSha256: Sha256): SeenQueue => {
      const name = queueName(modelSha256);
      const known = opened.get(name);
      if (known !== undefined) return known;
      const bullQueue = new Queue(name, { connection, prefix: options.prefix, skipMetasUpdate: true });
      // Whoever asks hears of it by the answer that fails.
      bullQueue.on('error', () => undefined);
      const seen = {
        name,
        bullQueue,
        counts: () => countJobs(bullQueue),
        metricsText: async () => countsOnly(await bullQueue.exportPrometheusMetrics()),
      };
      opened.set(name, seen);
      return seen;
    },
    [Symbol.asyncDispose]: async (): Promise<void> => {
      for (const { bullQueue } of opened.values()) await bullQueue.close().catch(() => undefined);
      connection.disconnect();
    },
  };
}

/** Its totals stay at zero, since workers keep no metrics in Redis: those of docmill count documents. */
function countsOnly(text: string): string {
  return text
    .split('\n')
    .filter((line) => line.includes('bullmq_job_count'))
    .join('\n');
}

export type Queues = Awaited<ReturnType<typeof openQueues>>;
