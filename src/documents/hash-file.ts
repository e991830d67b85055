import type { Sha256 } from '../../schemas/ids.ts';
import { ioError } from '../errors.ts';
import { createHasher } from '../sha256.ts';
import { openFile } from './open-file.ts';
import { readChunks } from './read-chunks.ts';

/**
 * SHA-256 and length of a file's bytes, or of one slice of them, in constant memory; null when the file cannot be opened
 * or is no file.
 */
export async function hashFile(
  path: Buffer,
  signal?: AbortSignal,
  slice?: { readonly offset: number; readonly length: number },
): Promise<{ readonly sha256: Sha256; readonly bytes: number } | null> {
  const file = await openFile(path);
  if (file.status === 'refused') return null;
  try {
    const hasher = createHasher();
    let bytes = 0;
    for await (const chunk of readChunks(file.handle, file.bytes, slice)) {
      signal?.throwIfAborted();
      hasher.add(chunk);
      bytes += chunk.length;
    }
    return { sha256: hasher.finish(), bytes };
  } catch (error) {
    if (signal?.aborted === true) throw error;
    throw ioError('read', path.toString(), error);
  } finally {
    await file.handle.close();
  }
}
