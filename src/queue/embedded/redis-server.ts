import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, constants, mkdtemp, rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { Redis } from 'ioredis';
import { AppError } from '../../errors.ts';
import type { StartedServer } from './start-embedded-queue.ts';
import { shortTemporaryDirectory } from './temporary-directory.ts';
import { watchServer } from './watch-server.ts';

const START_TIMEOUT_MS = 10_000;

/** The first redis-server or valkey-server on PATH, or null. */
export async function findRedisServer(): Promise<string | null> {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  for (const name of ['redis-server', 'valkey-server']) {
    for (const folder of folders) {
      if (await isExecutable(join(folder, name))) return join(folder, name);
    }
  }
  return null;
}

/**
 * Starts a Redis that listens on a unix socket only. The socket is in a short temporary directory because socket paths
 * of more than about 107 bytes fail; the data is under `directory`, with AOF, so that a killed server can come back.
 */
export async function startRedisServer(executable: string, directory: string): Promise<StartedServer> {
  await using resources = new AsyncDisposableStack();
  const socketDirectory = await mkdtemp(join(shortTemporaryDirectory(), 'docmill-'));
  resources.defer(() => rm(socketDirectory, { recursive: true, force: true }));
  const socket = join(socketDirectory, 'queue.sock');
  const settings = {
    port: '0',
    unixsocket: socket,
    unixsocketperm: '700',
    dir: directory,
    appendonly: 'yes',
    appendfsync: 'everysec',
    save: '',
    'maxmemory-policy': 'noeviction',
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
  // A process group of its own, so that Ctrl-C reaches this process first and the workers can still put jobs back.
  const child = spawn(executable, flags, { stdio: 'ignore', detached: true });
  const exited = once(child, 'exit');
  const failed = watchServer(child);
  resources.defer(async () => {
    child.ref();
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await exited;
  });
  await waitUntilUp(socket, exited, executable);
  child.unref();
  const owned = resources.move();
  return {
    endpoint: { kind: 'redis-socket', path: socket },
    pid: child.pid ?? -1,
    home: socketDirectory,
    failed,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function waitUntilUp(socket: string, exited: Promise<unknown>, executable: string): Promise<void> {
  const redis = new Redis(socket, { maxRetriesPerRequest: null, retryStrategy: () => 20 });
  redis.on('error', () => undefined);
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error('timeout')), START_TIMEOUT_MS);
  const ended = exited.then(() => Promise.reject(new Error('exited')));
  try {
    await Promise.race([redis.ping(), late, ended]);
  } catch (cause) {
    throw new AppError(
      'QUEUE_UNREACHABLE',
      `The queue server \`${executable}\` did not start; set \`REDIS_URL\` to one that runs.`,
      { cause },
    );
  } finally {
    ended.catch(() => undefined);
    clearTimeout(timer);
    redis.disconnect();
  }
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
