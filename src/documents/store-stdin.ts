import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, open, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Sha256 } from '../../schemas/ids.ts';
import { ioError, isAppError } from '../errors.ts';
import { createHasher } from '../sha256.ts';

/** What came from stdin, in a read-only file named by its SHA-256. Disposing removes it if it was only for a dry run. */
export type StoredStdin = AsyncDisposable & {
  readonly directory: string;
  readonly sha256: Sha256;
  readonly bytes: number;
  /** Whether the first byte that is not blank is `{`: JSONL, not one text. */
  readonly records: boolean;
};

/**
 * Writes stdin to `directory/<sha256>`: under another name, synced, then renamed, so the file is whole or not there.
 * Without a directory it goes to a private temporary one. Throws `IO` or `NOT_PERMITTED`.
 */
export async function storeStdin(stdin: AsyncIterable<Uint8Array>, directory: string | null): Promise<StoredStdin> {
  await using stack = new AsyncDisposableStack();
  const place = directory === null ? await mkdtemp(join(tmpdir(), 'docmill-')) : resolve(directory);
  if (directory === null) stack.defer(() => rm(place, { recursive: true, force: true }));
  const stored = await writeHashed(stdin, place).catch((error: unknown) => {
    // Whoever ended the stream on purpose said why.
    throw isAppError(error) ? error : ioError('store stdin in', place, error);
  });
  const kept = stack.move();
  return { directory: place, ...stored, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

async function writeHashed(
  stdin: AsyncIterable<Uint8Array>,
  directory: string,
): Promise<{ sha256: Sha256; bytes: number; records: boolean }> {
  await mkdir(directory, { recursive: true });
  const temporary = join(directory, `.new-${randomUUID()}`);
  const hasher = createHasher();
  let bytes = 0;
  let start = '';
  try {
    {
      await using file = await open(temporary, 'wx', 0o444);
      for await (const chunk of stdin) {
        hasher.add(chunk);
        bytes += chunk.length;
        // Blank until now: keep the first byte that is not, or the three of a byte order mark.
        if (start.trim() === '')
          start += Buffer.from(chunk).toString('latin1').replace(/^ï»¿/, '').trimStart().slice(0, 1);
        await file.writeFile(chunk);
      }
      await file.sync();
    }
    const sha256 = hasher.finish();
    await rename(temporary, join(directory, sha256));
    await syncDirectory(directory);
    return { sha256, bytes, records: start === '{' };
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

async function syncDirectory(directory: string): Promise<void> {
  await using handle = await open(directory, 'r');
  await handle.sync();
}
