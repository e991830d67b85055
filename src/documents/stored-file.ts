import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Sha256 } from '../../schemas/ids.ts';
import { createHasher } from '../sha256.ts';
import { syncDirectory } from '../sync-directory.ts';

/**
 * Writes a read-only file that is named by its SHA-256: under another name, synced, then renamed, so it is whole or not
 * there. Disposing removes what was not finished.
 */
export async function createStoredFile(directory: string) {
  await mkdir(directory, { recursive: true });
  const temporary = join(directory, `.new-${randomUUID()}`);
  const file = await open(temporary, 'wx', 0o444);
  const hasher = createHasher();
  let bytes = 0;
  let finished = false;
  return {
    /** Where the next byte goes. */
    offset: () => bytes,
    write: async (piece: Uint8Array): Promise<void> => {
      hasher.add(piece);
      bytes += piece.length;
      await file.writeFile(piece);
    },
    finish: async (): Promise<Sha256> => {
      await file.sync();
      const sha256 = hasher.finish();
      await rename(temporary, join(directory, sha256));
      finished = true;
      await syncDirectory(directory);
      return sha256;
    },
    [Symbol.asyncDispose]: async (): Promise<void> => {
      await file.close();
      if (!finished) await rm(temporary, { force: true });
    },
  };
}
