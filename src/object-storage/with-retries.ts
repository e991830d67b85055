import { setTimeout as wait } from 'node:timers/promises';
import { isPassing } from './storage-error.ts';

const MOST_ATTEMPTS = 5;
const FIRST_WAIT_MS = 100;

/** Calls until the call ends well, at most five times within some seconds; an error that will not pass throws at once. */
export async function withRetries<T>(call: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await call();
    } catch (error) {
      if (attempt === MOST_ATTEMPTS || !isPassing(error)) throw error;
    }
    await wait(FIRST_WAIT_MS * 2 ** attempt);
  }
}
