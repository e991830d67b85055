import { setTimeout as wait } from 'node:timers/promises';
import { isPassing } from './storage-error.ts';

const FIRST_WAIT_MS = 200;
const LONGEST_WAIT_MS = 5_000;

/** Calls until the call ends well, for about so long; an error that will not pass, and the last one, is thrown. */
export async function withRetries<T>(call: () => Promise<T>, patienceMs: () => number): Promise<T> {
  const startedMs = performance.now();
  for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS)) {
    try {
      return await call();
    } catch (error) {
      if (performance.now() - startedMs >= patienceMs() || !isPassing(error)) throw error;
    }
    await wait(waitMs);
  }
}
