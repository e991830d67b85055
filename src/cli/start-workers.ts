import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../errors.ts';
import { packageRoot } from '../package-root.ts';
import { LEAN_ENVIRONMENT } from '../worker/lean-process.ts';

export type WorkerPool = {
  /** Aborts, with the error to report, when the workers cannot do the work. */
  readonly failed: AbortSignal;
  /** Stops all workers in order and waits for them. */
  readonly stop: () => Promise<void>;
};

type PoolOptions = {
  readonly model: string;
  readonly out: string;
  readonly run: string;
  readonly endpointFile: string | undefined;
  /** Where the input roots are: the run may have been planned when they were elsewhere. */
  readonly roots: Readonly<Record<string, string>>;
};

/** A worker that dies is started again, unless workers die faster than this. */
const MOST_RESTARTS_PER_WORKER = 20;
const RESTART_DELAY_MS = 500;
/** A worker that lived this long has worked: its death says nothing about the ones before. */
const PROVEN_MS = 60_000;
/** More than a worker's drain and grace; what it has not committed is done again. */
const MOST_STOPPING_MS = 20_000;
/** Exit codes that another start would end with too: the command line, the model, the configuration. */
const HOPELESS_EXIT_CODES: ReadonlySet<number | null> = new Set([64, 73, 77, 78]);

/** Starts worker processes for one run; their logs go to `out/.workers/<run>-<n>.log`. */
export function startWorkers(count: number, options: PoolOptions): WorkerPool {
  const failure = new AbortController();
  const children = new Map<number, ChildProcess>();
  const logs = join(options.out, '.workers');
  mkdirSync(logs, { recursive: true });
  let stopping = false;
  let restarts = 0;
  const start = (number: number): void => {
    if (stopping) return;
    const logFile = join(logs, `${options.run}-${number}.log`);
    const child = spawnWorker(logFile, options);
    const startedMs = performance.now();
    children.set(number, child);
    child.on('exit', (code) => {
      children.delete(number);
      if (stopping) return;
      restarts = performance.now() - startedMs > PROVEN_MS ? 1 : restarts + 1;
      if (HOPELESS_EXIT_CODES.has(code) || restarts > MOST_RESTARTS_PER_WORKER * count) {
        failure.abort(workerError(code, logFile));
      } else {
        setTimeout(start, RESTART_DELAY_MS, number);
      }
    });
  };
  for (let number = 1; number <= count; number += 1) start(number);
  return {
    failed: failure.signal,
    stop: async () => {
      stopping = true;
      await Promise.all([...children.values()].map(stopChild));
    },
  };
}

function spawnWorker(logFile: string, options: PoolOptions): ChildProcess {
  const log = openSync(logFile, 'a');
  const environment = { ...LEAN_ENVIRONMENT, ...process.env, DOCMILL_ONLY_RUN: options.run };
  if (options.endpointFile !== undefined) Object.assign(environment, { DOCMILL_QUEUE_ENDPOINT: options.endpointFile });
  const command = [join(packageRoot(), 'bin', 'docmill.js'), 'worker', '--model', options.model, '--out', options.out];
  for (const [name, directory] of Object.entries(options.roots)) command.push('--input-root', `${name}=${directory}`);
  // Not in our process group, so that a Ctrl-C reaches this process alone and workers are stopped in order; the channel
  // tells them when this process was killed.
  const child = spawn(process.execPath, command, {
    stdio: ['ignore', 'ignore', log, 'ipc'],
    env: environment,
    detached: true,
  });
  closeSync(log);
  return child;
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const killer = setTimeout(() => child.kill('SIGKILL'), MOST_STOPPING_MS);
  await exited;
  clearTimeout(killer);
}

function workerError(code: number | null, logFile: string): AppError {
  const how = code === null ? 'was killed' : `ended with exit code ${code}`;
  return new AppError(
    code === 78 ? 'MODEL_INVALID' : 'IO',
    `A worker ${how} again and again; its log \`${logFile}\` says why.`,
  );
}
