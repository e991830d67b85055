import {
  Queue,
  Worker,
  type Processor,
  type QueueOptions,
  type WorkerOptions,
  createPostgresBackend,
  withBackend,
} from 'bullmq';
import type { Sha256 } from '../../schemas/ids.ts';
import { type ConnectionRole, connectRedis } from './connect.ts';
import type { Endpoint } from './endpoint.ts';

/** The parts of BullMQ's classes that docmill uses, which are the same for both backends. */
export type QueueHandle = Pick<Queue, 'addBulk' | 'getJobCounts' | 'getFailed' | 'waitUntilReady' | 'close'> & {
  on(event: 'error', listener: (error: Error) => void): unknown;
};
export type WorkerHandle = Pick<Worker, 'run' | 'close' | 'cancelJob' | 'cancelAllJobs' | 'waitUntilReady'> & {
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'drained' | 'ready', listener: () => void): unknown;
  on(event: 'lockRenewalFailed', listener: (jobIds: string[]) => void): unknown;
};

type WorkerSettings = Omit<WorkerOptions, 'connection' | 'prefix'>;

export type Backend = {
  createQueue(name: string): QueueHandle;
  createWorker(name: string, processor: Processor, settings: WorkerSettings): WorkerHandle;
  close(): Promise<void>;
};

/** One queue per model, so that a worker only ever sees jobs that it can do. */
export function queueName(modelSha256: Sha256): string {
  return `docmill-${modelSha256.slice(0, 16)}`;
}

/** BullMQ's classes bound to where the queue is. */
export async function openBackend(endpoint: Endpoint, role: ConnectionRole, prefix: string): Promise<Backend> {
  return endpoint.kind === 'postgres' ? openPostgres(endpoint, role, prefix) : openRedis(endpoint, role, prefix);
}

async function openRedis(
  endpoint: Exclude<Endpoint, { kind: 'postgres' }>,
  role: ConnectionRole,
  prefix: string,
): Promise<Backend> {
  const connection = await connectRedis(endpoint, role);
  const options: QueueOptions = { connection, prefix };
  return {
    createQueue: (name) => new Queue(name, options),
    createWorker: (name, processor, settings) => new Worker(name, processor, { ...settings, ...options }),
    close: async () => connection.disconnect(),
  };
}

async function openPostgres(
  endpoint: Extract<Endpoint, { kind: 'postgres' }>,
  role: ConnectionRole,
  prefix: string,
): Promise<Backend> {
  const classes = withBackend(createPostgresBackend);
  const { kind: _, ...config } = endpoint;
  // The commanding process comes first and makes the tables.
  const options = { connection: { ...config, migrate: role === 'command' }, prefix };
  return {
    createQueue: (name) => new classes.Queue(name, options),
    createWorker: (name, processor, settings) => new classes.Worker(name, processor, { ...settings, ...options }),
    close: async () => undefined,
  };
}
