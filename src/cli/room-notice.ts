import { statfs } from 'node:fs/promises';
import type { Run } from '../../schemas/run.ts';
import { formatBytes, plural } from '../format.ts';
import { isObjectUrl } from '../object-storage/location.ts';

/** A line of labels takes some 430 bytes, once in its part and once in `results.jsonl` (docs/operations.md). */
const BYTES_PER_DOCUMENT = 1_000;

type Planned = Pick<Run, 'documents' | 'aliases'>;

/** What to say where the disk of `out` may not hold the results of a run; null where it will, or nobody can tell. */
export async function readRoomNotice(run: Planned, out: string): Promise<string | null> {
  if (isObjectUrl(out)) return null;
  const disk = await statfs(out).catch(() => null);
  // File systems that count no blocks say nothing about their room.
  return disk === null || disk.blocks === 0 ? null : roomNotice(run, out, disk.bavail * disk.bsize);
}

/** The same for so many bytes that are free. */
export function roomNotice({ documents, aliases }: Planned, out: string, freeBytes: number): string | null {
  const lines = documents + aliases;
  const needed = lines * BYTES_PER_DOCUMENT;
  if (freeBytes >= needed) return null;
  return `The disk of \`${out}\` has ${formatBytes(freeBytes)} left, and the results of ${plural(lines, 'document')} take ${formatBytes(needed)} or more: workers wait when it is full.`;
}
