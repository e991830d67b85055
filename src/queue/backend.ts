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
import { openTelemetry } from './telemetry.ts';

/** The parts of BullMQ's classes that docmill uses, which are the same for both backends. */
export type QueueHandle = Pick<Queue, 'addBulk' | 'getJobCounts' | 'getFailed' | 'waitUntilReady' | 'close'> & {
  on(event: 'error', listener: (error: Error) => void): unknown;
};
type WorkerHandle = Pick<Worker, 'run' | 'close' | 'cancelJob' | 'cancelAllJobs' | 'waitUntilReady'> & {
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'drained' | 'completed', listener: () => void): unknown;
  on(event: 'lockRenewalFailed', listener: (jobIds: string[]) => void): unknown;
};

type WorkerSettings = Omit<WorkerOptions, 'connection' | 'prefix'>;

export type Backend = {
  createQueue(name: string): QueueHandle;
  createWorker(name: string, processor: Processor, settings: WorkerSettings): WorkerHandle;
  /** Calls back whenever the connection is there again; BullMQ tells of the first time only. */
  onReady(listener: () => void): void;
  close(): Promise<void>;
};

/** One queue per model, so that a worker only ever sees jobs that it can do. */
export function queueName(modelSha256: Sha256): string {
  return `docmill-${modelSha256.slice(0, 16)}`;
}

/** BullMQ's classes bound to where the queue is. */
export async function openBackend(endpoint: Endpoint, role: ConnectionRole, prefix: string): Promise<Backend> {
  const telemetry = await openTelemetry(process.env);
  const shared: Shared = { prefix, ...(telemetry !== undefined && { telemetry }) };
  return endpoint.kind === 'postgres' ? openPostgres(endpoint, shared) : openRedis(endpoint, role, shared);
}

type Shared = Pick<QueueOptions, 'prefix' | 'telemetry'> & { readonly prefix: string };

async function openRedis(
  endpoint: Exclude<Endpoint, { kind: 'postgres' }>,
  role: ConnectionRole,
  shared: Shared,
): Promise<Backend> {
  const connection = await connectRedis(endpoint, role);
  const options: QueueOptions = { connection, ...shared };
  return {
    createQueue: (name) => new Queue(name, options),
    createWorker: (name, processor, settings) => new Worker(name, processor, { ...settings, ...options }),
    onReady: (listener) => void connection.on('ready', listener),
    close: async () => connection.disconnect(),
  };
}

async function openPostgres(endpoint: Extract<Endpoint, { kind: 'postgres' }>, shared: Shared): Promise<Backend> {
  const classes = withBackend(createPostgresBackend);
  const { kind: _, ...config } = endpoint;
  // Whoever comes first makes the tables, under a lock; a schema is to PostgreSQL what the prefix is to Redis.
  const options = { connection: { ...config, schema: schemaName(shared.prefix), migrate: true }, ...shared };
  return {
    createQueue: (name) => new classes.Queue(name, options),
    createWorker: (name, processor, settings) => new classes.Worker(name, processor, { ...settings, ...options }),
    onReady: () => undefined,
    close: async () => undefined,
  };
}

/** At most 63 letters, digits and underscores. */
function schemaName(prefix: string): string {
  return `docmill_${prefix.replaceAll(/[^A-Za-z0-9]+/g, '_')}`.slice(0, 63);
}
