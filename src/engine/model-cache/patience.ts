import { setTimeout as pause } from 'node:timers/promises';

/** A try that ended, or that another one may do better. */
export type Attempt<T> =
  | { readonly done: true; readonly value: T }
  | { readonly done: false; readonly problem: string };

export type Patience = {
  readonly signal: AbortSignal;
  /** How far the work is: a try that came further counts as a success, and the waiting starts anew. */
  readonly progress: () => number;
  readonly onRetry: (problem: string) => void;
  readonly firstPauseMs: number;
};

/** A server that has never answered is given up within seconds, one that was lost on the way within half a minute. */
const MOST_RETRIES = { fresh: 2, begun: 6 };

/** Tries until it is done; returns the problem when it stays the same too often. Throws what an attempt throws. */
export async function tryPatiently<T>(
  attempt: () => Promise<Attempt<T>>,
  { signal, progress, onRetry, firstPauseMs }: Patience,
): Promise<{ readonly value: T } | { readonly problem: string }> {
  const start = progress();
  let failures = 0;
  for (;;) {
    const before = progress();
    const result = await attempt();
    if (result.done) return { value: result.value };
    failures = progress() > before ? 1 : failures + 1;
    if (failures > (progress() > start ? MOST_RETRIES.begun : MOST_RETRIES.fresh)) return { problem: result.problem };
    onRetry(result.problem);
    const pauseMs = firstPauseMs * 2 ** (failures - 1);
    await pause(pauseMs, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}
