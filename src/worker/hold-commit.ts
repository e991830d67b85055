import { setTimeout as wait } from 'node:timers/promises';
import { isAppError, systemCode } from '../errors.ts';
import { isPassing } from '../object-storage/storage-error.ts';
import { aborted } from '../shutdown.ts';

type Codes = ReadonlySet<string | undefined>;
type IsHeld = (error: unknown) => boolean;

type Holding = { readonly signal: AbortSignal; readonly onHeld: (error: unknown) => void };

const full: Codes = new Set(['ENOSPC', 'EDQUOT']);
/** A disk that takes nothing more, or nothing for now: trying again helps as soon as somebody has made room. */
const passing: Codes = new Set([...full, 'EROFS', 'EFBIG', 'EMFILE', 'ENFILE']);

const LOOK_MS = 2_000;

/**
 * Commits, and while the disk is full or read-only tries again every two seconds: the lines are there, so nothing is
 * answered twice; the worker keeps the job and takes no other one. `onHeld` hears of each failure. Whatever else goes
 * wrong throws, and so does `signal`.
 */
export function holdCommit<T>(commit: () => Promise<T>, holding: Holding): Promise<T> {
  return holdWhile((error) => passing.has(systemCode(error)), commit, holding);
}

/**
 * The same for what a worker needs before its first job, but only while the disk is full or object storage is away: a
 * disk that is read-only when a worker comes is a mistake that somebody should see, not a moment that passes.
 */
export function holdStart<T>(prepare: () => Promise<T>, holding: Holding): Promise<T> {
  // A store that is busy is asked again for half a minute, and nobody should wait for that who wants to stop.
  const orStopped = async (): Promise<T> => Promise.race([prepare(), rejectWhenAborted(holding.signal)]);
  return holdWhile((error) => full.has(systemCode(error)) || isPassing(error), orStopped, holding);
}

async function rejectWhenAborted(signal: AbortSignal): Promise<never> {
  await aborted(signal);
  throw signal.reason;
}

async function holdWhile<T>(isHeld: IsHeld, attempt: () => Promise<T>, { signal, onHeld }: Holding): Promise<T> {
  for (;;) {
    signal.throwIfAborted();
    try {
      return await attempt();
    } catch (error) {
      if (!isHeld(isAppError(error) ? error.cause : error)) throw error;
      onHeld(error);
    }
    // A wait that ends early ends in the signal's own reason above.
    await wait(LOOK_MS, undefined, { signal }).catch(() => undefined);
  }
}
