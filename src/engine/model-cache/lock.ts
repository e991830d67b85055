import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { ioError } from '../../errors.ts';

const LOOK_MS = 200;
/** SQLite's code for "another one holds it". */
const BUSY = 5;

/**
 * Takes a lock that one process of this machine can hold, waiting while another one has it. The lock is that of an empty
 * SQLite file, so the system gives it back when its process ends, however it ends.
 */
export async function takeLock(
  path: string,
  { signal, onWait }: { readonly signal: AbortSignal; readonly onWait: () => void },
): Promise<Disposable> {
  for (let tries = 0; ; tries += 1) {
    signal.throwIfAborted();
    const lock = tryLock(path);
    if (lock !== null) return lock;
    if (tries === 0) onWait();
    await pause(LOOK_MS);
  }
}

function tryLock(path: string): Disposable | null {
  let file: DatabaseSync | undefined;
  try {
    file = new DatabaseSync(path, { timeout: 0 });
    file.exec('BEGIN EXCLUSIVE');
    return file;
  } catch (cause) {
    file?.close();
    if (cause instanceof Error && 'errcode' in cause && cause.errcode === BUSY) return null;
    throw ioError('lock', path, cause);
  }
}
