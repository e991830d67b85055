import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { waitUntil } from './wait-until.ts';

export type Finished = {
  /** Exit code, or the signal that ended the process. */
  readonly code: number | NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
};

/** A process under test; disposing it kills it. */
export type Program = AsyncDisposable & {
  readonly pid: number;
  readonly child: ChildProcess;
  readonly finished: Promise<Finished>;
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** How often stderr holds a text. */
  readonly timesSaid: (text: string) => number;
  readonly kill: (signal: NodeJS.Signals) => void;
  /** Waits until stderr holds a text. */
  readonly untilSaid: (text: string) => Promise<void>;
};

/** Starts a program and collects what it says. */
export function startProgram(
  command: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv; readonly uid?: number; readonly gid?: number },
): Program {
  const child = spawn(command, args, { ...options, stdio: ['pipe', 'pipe', 'pipe'] });
  const said = { stdout: '', stderr: '' };
  // A program that does not read its stdin may be gone before it is closed.
  child.stdin.on('error', () => undefined);
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      said[stream] += text;
    });
  }
  const finished = once(child, 'close').then(() => ({ ...said, code: child.exitCode ?? child.signalCode }));
  return {
    pid: child.pid ?? -1,
    child,
    finished,
    stdout: () => said.stdout,
    stderr: () => said.stderr,
    timesSaid: (text) => said.stderr.split(text).length - 1,
    kill: (signal) => void child.kill(signal),
    untilSaid: async (text) => {
      const settled = () => said.stderr.includes(text) || child.exitCode !== null || child.signalCode !== null;
      await waitUntil(`\`${args.join(' ')}\` says \`${text}\``, settled);
      if (!said.stderr.includes(text)) throw new Error(`It ended without saying \`${text}\`: ${said.stderr}`);
    },
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL');
      await finished;
    },
  };
}
