import { setTimeout as wait } from 'node:timers/promises';
import { systemCode } from '../errors.ts';

/** A disk that takes nothing more, or nothing for now: trying again helps as soon as somebody has made room. */
const passing: ReadonlySet<string | undefined> = new Set(['ENOSPC', 'EDQUOT', 'EROFS', 'EFBIG', 'EMFILE', 'ENFILE']);

const LOOK_MS = 2_000;

/**
 * Commits, and while the disk is full or read-only tries again every two seconds: the lines are there, so nothing is
 * answered twice; the worker keeps the job and takes no other one. `onHeld` hears of each failure. Whatever else goes
 * wrong throws, and so does `signal`.
 */
export async function holdCommit<T>(
  commit: () => Promise<T>,
  { signal, onHeld }: { readonly signal: AbortSignal; readonly onHeld: (error: unknown) => void },
): Promise<T> {
  for (;;) {
    signal.throwIfAborted();
    try {
      return await commit();
    } catch (error) {
      if (!passing.has(systemCode(error))) throw error;
      onHeld(error);
    }
    // A wait that ends early ends in the signal's own reason above.
    await wait(LOOK_MS, undefined, { signal }).catch(() => undefined);
  }
}
