import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';

const TASKSET = '/usr/bin/taskset';

/** Where a side runs: on one core of its own where the system can do that. */
export type Place = { readonly core: number | undefined; readonly signal: AbortSignal };

/** The core to run on, or undefined where processes cannot be pinned. */
export function pinnableCore(core: number): number | undefined {
  return existsSync(TASKSET) ? core : undefined;
}

/** What a program is started with beside its parameters: variables of its environment, and who takes its stderr. */
type Start = { readonly environment?: Readonly<Record<string, string>>; readonly log?: (text: string) => void };

/** Starts a program on its core; stderr is dropped unless `log` takes it. */
export function spawnPinned(
  program: string,
  parameters: readonly string[],
  { core, signal }: Place,
  { environment = {}, log }: Start = {},
): ChildProcess {
  const [command, first] =
    core === undefined ? [program, [...parameters]] : [TASKSET, ['-c', String(core), program, ...parameters]];
  const env = { ...environment, ...process.env };
  const child = spawn(command, first, {
    stdio: ['ignore', 'pipe', log === undefined ? 'ignore' : 'pipe'],
    env,
    signal,
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => log?.(text));
  return child;
}

/** Runs a program on its core to its end; resolves with its stdout, and throws with the end of stderr when it fails. */
export async function runPinned(
  program: string,
  parameters: readonly string[],
  place: Place,
  environment: Start['environment'] = {},
): Promise<string> {
  let errors = '';
  const log = (text: string): void => {
    errors = (errors + text).slice(-2000);
  };
  const child = spawnPinned(program, parameters, place, { environment, log });
  let output = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  await once(child, 'close');
  const code = child.exitCode;
  if (code !== 0) throw new Error(`${program} ended with ${String(code)}: ${errors}`);
  return output;
}
