import type { Sha256 } from '../../schemas/ids.ts';
import { ioError } from '../errors.ts';
import { createHasher } from '../sha256.ts';
import { openSource } from './open-source.ts';

/**
 * SHA-256 and length of a file's bytes, or of one slice of them, in constant memory; null when the file cannot be opened
 * or is no file.
 */
export async function hashFile(
  path: Buffer,
  signal?: AbortSignal,
  slice?: { readonly offset: number; readonly length: number },
): Promise<{ readonly sha256: Sha256; readonly bytes: number } | null> {
  const opened = await openSource(path);
  if (opened.status === 'refused') return null;
  await using file = opened.file;
  try {
    const hasher = createHasher();
    let bytes = 0;
    for await (const chunk of file.chunks(slice)) {
      signal?.throwIfAborted();
      hasher.add(chunk);
      bytes += chunk.length;
    }
    return { sha256: hasher.finish(), bytes };
  } catch (error) {
    if (signal?.aborted === true) throw error;
    throw ioError('read', path.toString(), error);
  }
}
