import { Redis } from 'ioredis';
import { AppError, systemCode } from '../errors.ts';
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
const DISCONNECT_TIMEOUT_MS = 250;
const LONGEST_RETRY_MS = 2_000;
/** How Node names what is wrong with a certificate. */
const UNTRUSTED = /CERT|ERR_TLS|^UNABLE_TO_(?:GET|VERIFY)/;

/**
 * A Redis client for the role. For a command it is connected and usable when this returns; a worker's may still wait for
 * its server, but no waiting makes a wrong password or certificate right: both refuse it with `NOT_PERMITTED`.
 */
export async function connectRedis(endpoint: RedisEndpoint, role: ConnectionRole): Promise<Redis> {
  const redis = createClient(endpoint, role);
  try {
    await firstAnswer(redis);
    return redis;
  } catch (error) {
    const failure = queueError(endpoint, error);
    if (role === 'worker' && failure.code === 'QUEUE_UNREACHABLE') return redis;
    redis.disconnect();
    throw failure;
  }
}

/** Whether the connection failed, not a command: it was closed, could not be made, or is open and nothing came. */
export function isConnectionLost(error: Error): boolean {
  return systemCode(error) !== undefined || error.message.startsWith('Socket timeout.');
}

/** What a failed call of the queue means to the user of a command. */
export function queueError(endpoint: Endpoint, cause: unknown): AppError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const place = describeEndpoint(endpoint);
  if (/NOAUTH|WRONGPASS|NOPERM/.test(reason)) {
    return new AppError('NOT_PERMITTED', `The queue at \`${place}\` refused the credentials in \`REDIS_URL\`.`, {
      cause,
    });
  }
  const code = systemCode(cause) ?? '';
  if (UNTRUSTED.test(code)) {
    return new AppError(
      'NOT_PERMITTED',
      `The certificate of the queue at \`${place}\` is not trusted (\`${code}\`); name its authority in \`NODE_EXTRA_CA_CERTS\`.`,
      { cause },
    );
  }
  if (cause instanceof Error && cause.name === 'ReplyError') {
    return new AppError('QUEUE_UNREACHABLE', `The queue at \`${place}\` refused a command: ${reason}`, { cause });
  }
  return new AppError(
    'QUEUE_UNREACHABLE',
    `The queue at \`${place}\` does not answer; start it or correct \`REDIS_URL\`.`,
    {
      cause,
    },
  );
}

function createClient(endpoint: RedisEndpoint, role: ConnectionRole): Redis {
  const options = {
    connectTimeout: CONNECT_TIMEOUT_MS,
    socketTimeout: SOCKET_TIMEOUT_MS,
    // A frozen server does not say goodbye.
    disconnectTimeout: DISCONNECT_TIMEOUT_MS,
    keepAlive: 5_000,
    maxRetriesPerRequest: role === 'worker' ? null : 1,
    retryStrategy: (times: number) => Math.min(times * 100, LONGEST_RETRY_MS),
  };
  const redis = endpoint.kind === 'redis' ? new Redis(endpoint.url, options) : new Redis(endpoint.path, options);
  // Without a listener ioredis prints every lost connection; BullMQ and the roles above report what matters.
  redis.on('error', () => undefined);
  return redis;
}

/** Resolves when the server has answered a command; rejects at the first error, or when it only takes connections. */
async function firstAnswer(redis: Redis): Promise<void> {
  const failed = Promise.withResolvers<never>();
  redis.once('error', failed.reject);
  const timer = setTimeout(() => failed.reject(new Error('no answer')), CONNECT_TIMEOUT_MS);
  try {
    await Promise.race([redis.ping(), failed.promise]);
  } finally {
    clearTimeout(timer);
    redis.off('error', failed.reject);
  }
}
