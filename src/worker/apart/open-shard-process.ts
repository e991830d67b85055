import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { extname } from 'node:path';
import { AppError } from '../../errors.ts';
import type { AskedApart } from './answer-apart.ts';
import { countMemoryKills } from './count-memory-kills.ts';
import type { Question, Reply, Setup } from './protocol.ts';

/** A process with a model of its own, which may die of what it is asked; the next question starts a new one. */
export type ShardProcess = AsyncDisposable & {
  /** Throws for what is not the documents' doing: a kill from outside, a process that cannot start, `signal`. */
  readonly ask: (question: Question) => Promise<{ readonly status: 'replied'; readonly reply: Reply } | Died>;
};

type Died = Extract<AskedApart, { readonly status: 'died' }>;
type Exit = { readonly code: number | null; readonly signal: NodeJS.Signals | null };
type Running = { readonly child: ChildProcess; readonly memoryKills: number | null; asked: number };

/** Native code that goes wrong ends by one of these, and so does a heap that is full. */
const FAULTS: ReadonlySet<NodeJS.Signals | null> = new Set([
  'SIGSEGV',
  'SIGABRT',
  'SIGBUS',
  'SIGILL',
  'SIGFPE',
  'SIGTRAP',
]);

/** Starts nothing before the first question; the process ends with disposal, with this process, and with `signal`. */
export function openShardProcess(setup: Setup, signal: AbortSignal): ShardProcess {
  let running: Running | null = null;

  const end = async (): Promise<void> => {
    const ending = running?.child;
    running = null;
    if (ending === undefined || hasEnded(ending)) return;
    const exited = once(ending, 'exit');
    ending.kill('SIGKILL');
    await exited;
  };

  const start = async (): Promise<Running> => {
    const memoryKills = await countMemoryKills();
    // Spoken to at once: that it cannot be started is told in the next moment, and to listeners alone.
    const started = { child: forkProcess(), memoryKills, asked: 0 };
    running = started;
    const first = await exchange(started.child, setup, signal);
    if (!('kind' in first)) {
      throw new AppError('INTERNAL', `A process for a shard ended at its start (${nameOf(first)}); see the log.`);
    }
    throwIfFailed(first);
    return started;
  };

  return {
    ask: async (question) => {
      signal.throwIfAborted();
      const asked: Running = running ?? (await start());
      asked.asked += 1;
      const reply = await exchange(asked.child, question, signal);
      if ('kind' in reply) {
        throwIfFailed(reply);
        return { status: 'replied', reply };
      }
      running = null;
      signal.throwIfAborted();
      if (await isOwnFault(reply, asked)) return { status: 'died', unspoilt: asked.asked === 1 };
      throw new AppError(
        'INCOMPLETE',
        `A process that answers a shard apart was ended from outside (${nameOf(reply)}); the shard is tried again.`,
      );
    },
    [Symbol.asyncDispose]: end,
  };
}

function forkProcess(): ChildProcess {
  const entry = new URL(`shard-process${extname(import.meta.filename)}`, import.meta.url);
  return fork(entry, {
    serialization: 'advanced',
    // What native code says before it dies belongs into the log of the worker.
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    // Not in our process group: Ctrl-C is for us.
    detached: true,
  });
}

/** One message and its reply, or how the process ended instead; ends it when `signal` aborts. */
function exchange(child: ChildProcess, message: Setup | Question, signal: AbortSignal): Promise<Reply | Exit> {
  if (hasEnded(child)) return Promise.resolve({ code: child.exitCode, signal: child.signalCode });
  return new Promise((resolve) => {
    const settle = (outcome: Reply | Exit): void => {
      child.off('message', onMessage).off('exit', onExit).off('error', onError);
      signal.removeEventListener('abort', onAbort);
      resolve(outcome);
    };
    const onMessage = (reply: Reply): void => settle(reply);
    const onExit = (code: number | null, name: NodeJS.Signals | null): void => settle({ code, signal: name });
    // A process that cannot be started has no exit.
    const onError = (): void => settle({ code: null, signal: null });
    const onAbort = (): void => void child.kill('SIGKILL');
    child.on('message', onMessage).on('exit', onExit).on('error', onError);
    signal.addEventListener('abort', onAbort);
    if (signal.aborted) onAbort();
    // What cannot be sent has met its end, of which `exit` tells.
    child.send(message, () => undefined);
  });
}

function throwIfFailed(reply: Reply): void {
  if (reply.kind !== 'failed') return;
  throw reply.code === null ? new Error(reply.message) : new AppError(reply.code, reply.message);
}

/** SIGKILL comes from anybody; it is the document's doing only where the kernel says that memory was the reason. */
async function isOwnFault({ code, signal }: Exit, { memoryKills }: Running): Promise<boolean> {
  // An exception that nobody caught is the program's doing with this document; nothing outside makes a process exit so.
  if (signal === null) return code !== null && code !== 0;
  if (signal !== 'SIGKILL') return FAULTS.has(signal);
  const now = await countMemoryKills();
  return now !== null && memoryKills !== null && now > memoryKills;
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

function nameOf({ code, signal }: Exit): string {
  return signal ?? `exit code ${code}`;
}
