import type { Sha256 } from '../../schemas/ids.ts';
import type { Source } from '../../schemas/plan.ts';
import { hashFile } from './hash-file.ts';
import { locateFile } from './locate-file.ts';

/** SHA-256 and length of the bytes that a source names as they are now; null when they cannot be read. */
export async function hashSource(
  source: Source,
  roots: Readonly<Record<string, string>>,
): Promise<{ readonly sha256: Sha256; readonly bytes: number } | null> {
  const located = await locateFile(source, roots);
  if (located.status === 'refused') return null;
  const { offset, length } = source;
  const slice = offset === undefined || length === undefined ? undefined : { offset, length };
  return hashFile(located.path, undefined, slice);
}
