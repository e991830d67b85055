import { randomBytes } from 'node:crypto';
import { chown, mkdir } from 'node:fs/promises';
import { readHeartbeats } from '../../src/ledger/heartbeats.ts';
import { type ComposeCommand, IMAGE, docker, run } from './containers.ts';
import type { Finished } from './start-program.ts';
import { waitUntil } from './wait-until.ts';
import type { Workplace } from './workplace.ts';

/** A container may need long to start where many things run at once. */
const PATIENCE_MS = 240_000;
/** Digits and letters, as `.env.example` asks for. */
const PASSWORD = randomBytes(12).toString('hex');

export type ComposeProject = Awaited<ReturnType<typeof createComposeProject>>;

/** A project of `docker-compose.yml` with the values of `.env.example` and `variables`; nothing runs yet. */
export async function createComposeProject([program, ...words]: ComposeCommand, variables: NodeJS.ProcessEnv = {}) {
  const name = `docmill-${randomBytes(4).toString('hex')}`;
  const settings = { DOCMILL_IMAGE: IMAGE, REDIS_PASSWORD: PASSWORD, ...variables };
  const compose = (...args: readonly string[]): Promise<Finished> =>
    run(program, [...words, '--project-name', name, '--env-file', '.env.example', ...args], settings);
  const must = async (...args: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await compose(...args);
    if (code !== 0) throw new Error(`compose ${args.join(' ')} ended with ${code}: ${stderr}${stdout}`);
    return stdout;
  };
  const running = async (service: string): Promise<string[]> => {
    const labels = { project: name, service };
    const filters = Object.entries(labels).flatMap(([label, value]) => [
      '--filter',
      `label=com.docker.compose.${label}=${value}`,
    ]);
    return (await docker('ps', '--quiet', ...filters)).split('\n').filter((id) => id !== '');
  };
  return {
    password: PASSWORD,
    network: `${name}_queue`,
    compose: must,
    /** Ids of the containers of a service that run now. */
    running,
    /** The id of the one container of a service. */
    only: async (service: string): Promise<string> => {
      const [id, ...others] = await running(service);
      if (id === undefined || others.length > 0) throw new Error(`There is not one container of ${service}.`);
      return id;
    },
    scale: (workers: number): Promise<string> =>
      must('up', '--detach', '--no-build', '--no-recreate', '--scale', `worker=${workers}`),
    /** Runs a command line of docmill in a container of its own. */
    docmill: (...args: readonly string[]): Promise<Finished> => compose('run', '--rm', '-T', 'docmill', ...args),
    /** Runs the service that enqueues what `.env` says. */
    enqueue: (): Promise<Finished> => compose('run', '--rm', '-T', 'enqueue'),
    [Symbol.asyncDispose]: async (): Promise<void> => {
      await must('down', '--volumes', '--remove-orphans', '--timeout', '1');
    },
  };
}

/** A directory that containers write their runs to, seen from outside as `name` of the workplace. */
export async function sharedOutput(place: Workplace, name: string): Promise<NodeJS.ProcessEnv> {
  const directory = place.path(name);
  await mkdir(directory);
  const [user, group] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
  if (user !== 0) return { DOCMILL_OUT: directory, DOCMILL_USER: `${user}:${group}` };
  await chown(directory, 1000, 1000);
  return { DOCMILL_OUT: directory };
}

/** Waits until as many workers as `count` write their heartbeats under `out`. */
export async function untilWorkers(out: string, count: number): Promise<void> {
  await waitUntilPatiently(`${count} workers are alive`, async () => {
    return (await readHeartbeats(out, Date.now())).length >= count;
  });
}

/** Waits until a worker has a shard in work, and gives the name of its container. */
export function containerInWork(out: string): Promise<string> {
  return waitUntilPatiently('a worker has a shard in work', async () => {
    const beats = await readHeartbeats(out, Date.now());
    return beats.find(({ heartbeat }) => heartbeat.shard !== null)?.heartbeat.host;
  });
}

/** Waits as long as a machine may take that has much else to do. */
export function waitUntilPatiently<T>(what: string, condition: () => T | Promise<T>): Promise<NonNullable<T>> {
  return waitUntil(what, condition, PATIENCE_MS);
}
