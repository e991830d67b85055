import { randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemCode } from '../../src/errors.ts';
import { readHeartbeats } from '../../src/ledger/heartbeats.ts';
import { findProcesses } from './processes.ts';
import { type Finished, type Program, startProgram } from './start-program.ts';
import { waitUntil } from './wait-until.ts';

/** The program under test. */
export const DOCMILL = join(import.meta.dirname, '..', '..', 'bin', 'docmill.js');

export type Workplace = Awaited<ReturnType<typeof createWorkplace>>;

/** A directory to run the real program in. Lost shards, lost jobs and dead workers are noticed within seconds. */
export async function createWorkplace(queue: NodeJS.ProcessEnv) {
  const directory = await mkdtemp(join(tmpdir(), 'dm-'));
  // The embedded PostgreSQL runs as `nobody` where this is root, and keeps its files here.
  await chmod(directory, 0o755);
  await mkdir(join(directory, 'tmp'), { mode: 0o777 });
  const environment: NodeJS.ProcessEnv = {
    PATH: process.env['PATH'],
    HOME: directory,
    TMPDIR: join(directory, 'tmp'),
    DOCMILL_QUEUE_PREFIX: `{test-${randomBytes(6).toString('hex')}}`,
    DOCMILL_LOCK_MS: '1000',
    DOCMILL_STALLED_CHECK_MS: '500',
    DOCMILL_TOP_UP_MS: '500',
    DOCMILL_HEARTBEAT_MS: '200',
    // Most of what these tests do is start the program: this halves it.
    NODE_COMPILE_CACHE: join(tmpdir(), 'docmill-compile-cache'),
    ...queue,
  };
  const start = (args: readonly string[], variables: NodeJS.ProcessEnv = {}): Program =>
    startProgram(process.execPath, [DOCMILL, ...args], { cwd: directory, env: { ...environment, ...variables } });
  return {
    directory,
    environment,
    path: (...names: readonly string[]): string => join(directory, ...names),
    start,
    /** Runs one command to its end. */
    docmill: async (args: readonly string[], variables: NodeJS.ProcessEnv = {}): Promise<Finished> => {
      const program = start(args, variables);
      program.child.stdin?.end();
      return program.finished;
    },
    /** Starts a worker of the stub model and waits until it takes jobs. */
    worker: async (delayMs = 0, args: readonly string[] = [], variables: NodeJS.ProcessEnv = {}): Promise<Program> => {
      const worker = start(['worker', '--model', `stub:delay=${delayMs}`, ...args], variables);
      await worker.untilSaid('worker started');
      return worker;
    },
    close: async (): Promise<void> => {
      const left = await processesLeft(directory);
      for (const { pid } of left) killIfThere(pid);
      await rm(directory, { recursive: true, force: true, maxRetries: 5 });
      if (left.length > 0) throw new Error(`Left running: ${left.map(({ command }) => command).join('; ')}`);
    },
  };
}

/** What a run holds, wherever it is kept. */
export type Ledger = {
  readonly results: () => Promise<string>;
  /** Names of the parts and of the state's entries, sorted. */
  readonly parts: () => Promise<string[]>;
  readonly states: () => Promise<string[]>;
};

/** What a run under `out` holds on disk. */
export function ledgerOf(place: Workplace, run: string, out = 'out') {
  const within = (...names: readonly string[]) => place.path(out, run, ...names);
  return {
    within,
    results: () => readFile(within('results.jsonl'), 'utf8'),
    parts: async () => (await readdir(within('parts'))).sort(),
    states: async () => (await readdir(within('state'))).sort(),
    untilParts: (count: number) =>
      waitUntil(`${count} parts are there`, async () => (await readdir(within('parts'))).length >= count),
    untilComplete: (round = 1) =>
      waitUntil('the run is complete', async () => {
        const completions = (await readdir(within('state'))).filter((name) => name.endsWith('-complete'));
        return completions.length >= round;
      }),
  };
}

/** Waits until a worker says that it has a shard in work. */
export async function untilInWork(place: Workplace, { pid }: { readonly pid: number }): Promise<void> {
  await waitUntil('the worker has a shard in work', async () => {
    const beats = await readHeartbeats(place.path('out'), Date.now());
    return beats.some(({ heartbeat }) => heartbeat.pid === pid && heartbeat.shard !== null);
  });
}

/** The results file of an undisturbed run of the same documents; call it while no other worker is there. */
export async function calmResults(place: Workplace, documents: readonly string[]): Promise<string> {
  const { code, stderr } = await place.docmill(['run', ...documents, '--run', 'calm', '--workers', '1']);
  if (code !== 0 && code !== 3) throw new Error(stderr);
  return ledgerOf(place, 'calm').results();
}

/** A process that was told to end may need a moment. */
async function processesLeft(directory: string): Promise<{ pid: number; command: string }[]> {
  try {
    await waitUntil('all processes ended', async () => (await findProcesses(directory)).length === 0, 2_000);
    return [];
  } catch {
    return findProcesses(directory);
  }
}

/** It may have ended since it was found. */
function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (systemCode(error) !== 'ESRCH') throw error;
  }
}
