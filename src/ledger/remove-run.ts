import { randomUUID } from 'node:crypto';
import { readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ioError, systemCode } from '../errors.ts';
import { syncDirectory } from '../sync-directory.ts';
import type { RunPaths } from './run-paths.ts';

/** Removes a run: it is gone at once for everybody, then its files are deleted. */
export async function removeRun(out: string, paths: RunPaths): Promise<void> {
  const removed = join(out, `.new-${randomUUID()}`);
  try {
    await rename(paths.directory, removed);
    await syncDirectory(out);
    await rm(removed, { recursive: true, force: true });
  } catch (error) {
    throw ioError('remove', paths.directory, error);
  }
}

/** Bytes of all files of a run. */
export async function measureRun(paths: RunPaths): Promise<number> {
  const inodes = new Set<number>();
  let bytes = 0;
  for (const entry of await readdir(paths.directory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const stats = await stat(join(entry.parentPath, entry.name)).catch(ignoreMissing);
    // The state log has two names for each entry.
    if (stats === undefined || inodes.has(stats.ino)) continue;
    if (stats.nlink > 1) inodes.add(stats.ino);
    bytes += stats.size;
  }
  return bytes;
}

function ignoreMissing(error: unknown): undefined {
  if (systemCode(error) !== 'ENOENT') throw error;
}
