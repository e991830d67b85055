import { Redis } from 'ioredis';
import { AppError } from '../errors.ts';
import { type Endpoint, describeEndpoint } from './endpoint.ts';

type RedisEndpoint = Exclude<Endpoint, { kind: 'postgres' }>;

/**
 * A command fails at the first sign of trouble, so that its user learns of it within seconds; a worker waits for the
 * queue for ever.
 */
export type ConnectionRole = 'command' | 'worker';

/** A half-open connection looks healthy for ever; this long without an expected answer makes it fail. */
const SOCKET_TIMEOUT_MS = 15_000;
const CONNECT_TIMEOUT_MS = 3_000;
const LONGEST_RETRY_MS = 2_000;

/** A Redis client for the role. For a command it is connected and usable when this returns. */
export async function connectRedis(endpoint: RedisEndpoint, role: ConnectionRole): Promise<Redis> {
  const redis = createClient(endpoint, role);
  if (role === 'worker') return redis;
  try {
    await firstAnswer(redis);
    return redis;
  } catch (error) {
    redis.disconnect();
    throw connectionError(endpoint, error);
  }
}

function createClient(endpoint: RedisEndpoint, role: ConnectionRole): Redis {
  const options = {
    connectTimeout: CONNECT_TIMEOUT_MS,
    socketTimeout: SOCKET_TIMEOUT_MS,
    keepAlive: 5_000,
    maxRetriesPerRequest: role === 'worker' ? null : 1,
    retryStrategy: (times: number) => Math.min(times * 100, LONGEST_RETRY_MS),
  };
  const redis = endpoint.kind === 'redis' ? new Redis(endpoint.url, options) : new Redis(endpoint.path, options);
  // Without a listener ioredis prints every lost connection; BullMQ and the roles above report what matters.
  redis.on('error', () => undefined);
  return redis;
}

/** Resolves when the server has answered a command, rejects at the first error. */
async function firstAnswer(redis: Redis): Promise<void> {
  const failed = Promise.withResolvers<never>();
  redis.once('error', failed.reject);
  try {
    await Promise.race([redis.ping(), failed.promise]);
  } finally {
    redis.off('error', failed.reject);
  }
}

function connectionError(endpoint: Endpoint, cause: unknown): AppError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const place = describeEndpoint(endpoint);
  if (/NOAUTH|WRONGPASS|NOPERM/.test(reason)) {
    return new AppError('NOT_PERMITTED', `The queue at \`${place}\` refused the credentials in \`REDIS_URL\`.`, {
      cause,
    });
  }
  return new AppError(
    'QUEUE_UNREACHABLE',
    `The queue at \`${place}\` does not answer; start it or correct \`REDIS_URL\`.`,
    {
      cause,
    },
  );
}
