import { setImmediate } from 'node:timers/promises';

/** Awaited between two pieces of a long computation. */
export type Breather = () => Promise<void>;

const INTERVAL_MS = 50;

/**
 * Lets a long computation hold the event loop for about 50 ms at a time, so that locks are renewed and signals are
 * heard meanwhile. Throws the signal's reason once it is aborted.
 */
export function createBreather(signal: AbortSignal): Breather {
  let workedSinceMs = performance.now();
  return async () => {
    signal.throwIfAborted();
    if (performance.now() - workedSinceMs < INTERVAL_MS) return;
    await setImmediate();
    signal.throwIfAborted();
    workedSinceMs = performance.now();
  };
}
