import { once } from 'node:events';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { type WatchLimits, type Watched, counters, lookMs } from './watched.ts';

export type Watchdog = Disposable & {
  /**
   * Watches a piece of work until it is disposed: it has to ask `signal` whether it is aborted between two steps, as
   * everything does that reads and answers documents.
   */
  readonly watch: (signal: AbortSignal) => { readonly signal: AbortSignal } & Disposable;
};

/**
 * Ends this process, from a thread of its own, when it stands still: it dies as by `kill -9`, and its shard goes to
 * another worker when its lock has run out. Nothing else could do it: what hangs hears no signal and no timer. Resolves
 * when the thread watches, and throws when it cannot: a thread that still had to be loaded could fail in the midst of
 * work, for instance for want of a free file, and would take the process with it.
 */
export async function startWatchdog(limits: WatchLimits): Promise<Watchdog> {
  const seen = new Int32Array(new SharedArrayBuffer(4 * Object.keys(counters).length));
  const thread = new Worker(new URL(`watchdog-thread${extname(import.meta.filename)}`, import.meta.url));
  const watched: Watched = { seen, pid: process.pid, ...limits };
  thread.postMessage(watched);
  await untilWatching(thread);
  thread.unref();
  const timer = setInterval(() => void Atomics.add(seen, counters.turns, 1), lookMs(limits.loopMs) / 2);
  timer.unref();
  return {
    watch: (signal) => {
      Atomics.add(seen, counters.steps, 1);
      Atomics.add(seen, counters.works, 1);
      return {
        signal: noteSteps(signal, () => void Atomics.add(seen, counters.steps, 1)),
        [Symbol.dispose]: () => void Atomics.sub(seen, counters.works, 1),
      };
    },
    [Symbol.dispose]: () => {
      clearInterval(timer);
      void thread.terminate();
    },
  };
}

async function untilWatching(thread: Worker): Promise<void> {
  const settled = new AbortController();
  const { signal } = settled;
  const ended = once(thread, 'exit', { signal }).then(() => {
    throw new Error('the thread of the watchdog ended at its start');
  });
  try {
    await Promise.race([once(thread, 'message', { signal }), ended]);
  } finally {
    settled.abort();
  }
}

/** The same signal; `note` is called whenever it is asked to throw. */
function noteSteps(signal: AbortSignal, note: () => void): AbortSignal {
  return Object.assign(AbortSignal.any([signal]), {
    throwIfAborted: () => {
      note();
      signal.throwIfAborted();
    },
  });
}
