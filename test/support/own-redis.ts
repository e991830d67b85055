import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Redis } from 'ioredis';
import { findRedisServer } from '../../src/queue/embedded/redis-server.ts';
import { freePort } from './free-port.ts';
import { waitUntil } from './wait-until.ts';

/** The Redis of this machine, or null: tests that need a real one are skipped then. */
export const redisServer = await findRedisServer();

export type OwnRedis = Awaited<ReturnType<typeof createOwnRedis>>;

/** A Redis of one test on a free loopback port, with AOF, that can be killed and started again; not started yet. */
export async function createOwnRedis(directory: string, password = '') {
  const port = await freePort();
  let server: ChildProcess | null = null;
  const kill = async (): Promise<void> => {
    if (server === null || server.exitCode !== null || server.signalCode !== null) return;
    const exited = once(server, 'exit');
    server.kill('SIGKILL');
    await exited;
  };
  const connect = () => {
    const redis = new Redis(port, '127.0.0.1', { maxRetriesPerRequest: 1, retryStrategy: () => null, password });
    redis.on('error', () => undefined);
    return redis;
  };
  const command = async (name: string, ...args: readonly string[]): Promise<unknown> => {
    const redis = connect();
    try {
      return await redis.call(name, ...args);
    } finally {
      redis.disconnect();
    }
  };
  return {
    port,
    url: `redis://${password === '' ? '' : `:${encodeURIComponent(password)}@`}127.0.0.1:${port}`,
    start: async (): Promise<void> => {
      const flags = [
        '--port',
        `${port}`,
        '--bind',
        '127.0.0.1',
        '--dir',
        directory,
        '--save',
        '',
        '--appendonly',
        'yes',
      ];
      const secret = password === '' ? [] : ['--requirepass', password];
      server = spawn(redisServer ?? 'redis-server', [...flags, ...secret], { stdio: 'ignore' });
      await waitUntil('Redis answers', async () => (await command('PING').catch(() => null)) === 'PONG', 10_000);
    },
    kill,
    signal: (name: NodeJS.Signals): void => void server?.kill(name),
    command,
    [Symbol.asyncDispose]: kill,
  };
}
