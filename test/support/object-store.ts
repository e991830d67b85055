import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { runSchema } from '../../schemas/run.ts';
import { freePort } from './free-port.ts';
import { waitUntil } from './wait-until.ts';

/**
 * The S3-compatible server of this machine, or null: tests that need one are skipped then. Built by
 * `go install github.com/versity/versitygw/cmd/versitygw@v1.8.0`.
 */
export const objectServer = findObjectServer();

export type ObjectStore = Awaited<ReturnType<typeof startObjectStore>>;

/** Keys for a store that lives as long as one test. */
const ACCESS_KEY = 'docmill-test-key';
const SECRET_KEY = 'docmill-test-secret';

/** A store of one test on a free loopback port, which can be killed and started again; a bucket is a directory. */
export async function startObjectStore(directory: string) {
  const port = await freePort();
  let server: ChildProcess | null = null;
  await mkdir(directory, { recursive: true });
  const kill = async (): Promise<void> => {
    if (server === null || server.exitCode !== null || server.signalCode !== null) return;
    const exited = once(server, 'exit');
    server.kill('SIGKILL');
    await exited;
  };
  const start = async (): Promise<void> => {
    const address = `127.0.0.1:${port}`;
    server = spawn(objectServer ?? '', ['--port', address, '--quiet', '--health', '/health', 'posix', directory], {
      env: { PATH: process.env['PATH'], ROOT_ACCESS_KEY: ACCESS_KEY, ROOT_SECRET_KEY: SECRET_KEY },
      stdio: 'ignore',
    });
    await waitUntil('the store answers', () =>
      fetch(`http://${address}/health`).then(
        ({ ok }) => ok,
        () => false,
      ),
    );
  };
  await start();
  return {
    port,
    /** Where its objects are files. */
    directory,
    environment: environmentOf(port),
    /** Makes a bucket; its directory. */
    makeBucket: async (name: string): Promise<string> => {
      await mkdir(join(directory, name));
      return join(directory, name);
    },
    kill,
    start,
    signal: (signal: NodeJS.Signals): void => void server?.kill(signal),
    [Symbol.asyncDispose]: kill,
  };
}

/** What the AWS SDKs want to know of a store at a port of this machine. */
export function environmentOf(port: number) {
  return {
    AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
    AWS_ACCESS_KEY_ID: ACCESS_KEY,
    AWS_SECRET_ACCESS_KEY: SECRET_KEY,
    AWS_REGION: 'us-east-1',
  };
}

/** What a run holds in a store, `out` being the directory of its prefix. */
export function storedLedgerOf(out: string, run: string) {
  const within = async (...names: readonly string[]): Promise<string> => {
    const { runId } = runSchema.parse(JSON.parse(await readFile(join(out, run, 'run.json'), 'utf8')));
    return join(out, run, runId, ...names);
  };
  // A folder comes with the first object in it.
  const namesIn = async (folder: string): Promise<string[]> => {
    const names: string[] = await readdir(await within(folder)).catch(() => []);
    return names.sort();
  };
  return {
    within,
    results: async () => readFile(await within('results.jsonl'), 'utf8'),
    parts: () => namesIn('parts'),
    states: () => namesIn('state'),
    untilComplete: (round = 1) =>
      waitUntil('the run is complete', async () => {
        const completions = (await namesIn('state')).filter((name) => name.endsWith('-complete'));
        return completions.length >= round;
      }),
  };
}

function findObjectServer(): string | null {
  const name = process.env['DOCMILL_TEST_VERSITYGW'] ?? 'versitygw';
  return spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0 ? name : null;
}
