import type { Program } from '../support/start-program.ts';
import { waitUntil } from '../support/wait-until.ts';

export type WorkerPool = AsyncDisposable & {
  /** Kills the worker that `pick` in [0, 1) chooses, once there is one that takes jobs; another one takes its place. */
  readonly kill: (pick: number) => Promise<void>;
  /** Freezes a worker for a while, then lets it go on as if nothing had happened. */
  readonly freeze: (pick: number, milliseconds: number) => Promise<void>;
  /** One worker more, and another one told to go. */
  readonly scale: (pick: number) => Promise<void>;
  /** Stops all in order; the exit codes of those that were not killed. */
  readonly stop: () => Promise<(number | string | null)[]>;
  /** The end of what each living worker has said. */
  readonly lastWords: () => readonly string[];
  /** Exit code and last words of each worker that ended though nobody killed it. */
  readonly died: () => readonly string[];
  /** How often a worker found at the end of an attempt, or before it, that another one had completed the shard. */
  readonly refused: () => number;
};

const LAST_WORDS = 1_500;

/** Keeps `count` workers alive, whatever is done to them. `start` is told how many were started before. */
export function startWorkerPool(count: number, start: (number: number) => Program): WorkerPool {
  const all = new Set<Program>();
  const alive = new Set<Program>();
  const killed = new Set<Program>();
  const told = new Set<Program>();
  const thaws = new Set<NodeJS.Timeout>();
  let stopping = false;
  const died: string[] = [];
  const spawn = (): void => {
    const worker = start(all.size);
    all.add(worker);
    alive.add(worker);
    void replace(worker);
  };
  const replace = async (worker: Program): Promise<void> => {
    const { code } = await worker.finished;
    alive.delete(worker);
    // One that was told to go has its place taken already.
    if (stopping || told.has(worker)) return;
    // A worker that kills itself at an instant was made to.
    if (!killed.has(worker) && code !== 'SIGKILL') died.push(`exit ${String(code)}: ${lastWordsOf(worker)}`);
    spawn();
  };
  const choose = (pick: number): Promise<Program> =>
    waitUntil('there is a worker to disturb', () => {
      const ready = [...alive].filter(
        (worker) => !killed.has(worker) && !told.has(worker) && worker.stderr().includes('worker started'),
      );
      return ready[Math.floor(pick * ready.length)];
    });
  for (let number = 0; number < count; number += 1) spawn();
  const stop = async (): Promise<(number | string | null)[]> => {
    stopping = true;
    for (const thaw of thaws) clearTimeout(thaw);
    const workers = [...alive].filter((worker) => !killed.has(worker));
    for (const worker of workers) {
      worker.kill('SIGCONT');
      worker.kill('SIGTERM');
    }
    const codes = await Promise.all([...workers, ...told].map(async ({ finished }) => (await finished).code));
    return codes.filter((code) => code !== 'SIGKILL');
  };
  return {
    kill: async (pick) => {
      const victim = await choose(pick);
      killed.add(victim);
      victim.kill('SIGKILL');
    },
    freeze: async (pick, milliseconds) => {
      const zombie = await choose(pick);
      zombie.kill('SIGSTOP');
      const thaw = setTimeout(() => {
        thaws.delete(thaw);
        zombie.kill('SIGCONT');
      }, milliseconds);
      thaws.add(thaw);
    },
    scale: async (pick) => {
      const leaving = await choose(pick);
      spawn();
      told.add(leaving);
      // A frozen one hears of it when it goes on.
      leaving.kill('SIGTERM');
    },
    stop,
    lastWords: () => [...alive].map((worker) => `${worker.pid}: ${lastWordsOf(worker)}`),
    died: () => died,
    refused: () => [...all].reduce((sum, worker) => sum + worker.timesSaid('"already-complete"'), 0),
    [Symbol.asyncDispose]: async () => {
      await stop();
    },
  };
}

function lastWordsOf(worker: Program): string {
  return worker.stderr().slice(-LAST_WORDS);
}
