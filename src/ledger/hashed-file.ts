import { open } from 'node:fs/promises';
import type { Sha256 } from '../../schemas/ids.ts';
import { createHasher } from '../sha256.ts';

const BLOCK_BYTES = 1 << 20;

/** Creates a file that is hashed and buffered while it is written. */
export async function openHashedFile(path: string) {
  const file = await open(path, 'wx', 0o644);
  const hasher = createHasher();
  // One block of its own: a list of small buffers would keep the pools alive that they were cut from, and with them
  // hundreds of bytes for every document that was read meanwhile.
  const block = Buffer.allocUnsafeSlow(BLOCK_BYTES);
  let used = 0;
  let offset = 0;
  const flush = async () => {
    await file.writeFile(block.subarray(0, used));
    used = 0;
  };
  return {
    /** Where the next byte goes. */
    offset: () => offset,
    write: async (bytes: Uint8Array): Promise<void> => {
      hasher.add(bytes);
      offset += bytes.byteLength;
      for (let done = 0; done < bytes.byteLength;) {
        const piece = bytes.subarray(done, done + block.byteLength - used);
        block.set(piece, used);
        used += piece.byteLength;
        done += piece.byteLength;
        if (used === block.byteLength) await flush();
      }
    },
    /** Syncs the file; its SHA-256. */
    finish: async (): Promise<Sha256> => {
      await flush();
      await file.sync();
      return hasher.finish();
    },
    [Symbol.asyncDispose]: () => file.close(),
  };
}
