import { randomUUID } from 'node:crypto';
import { readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ioError, systemCode } from '../errors.ts';
import { syncDirectory } from '../sync-directory.ts';
import { isObjectUrl, joinLocation } from '../object-storage/location.ts';
import { listObjects } from '../object-storage/list-objects.ts';
import { headObject } from '../object-storage/objects.ts';
import type { RunPaths } from './run-paths.ts';

/** Removes a run: it is gone at once for everybody, then its files are deleted. */
export async function removeRun(out: string, paths: RunPaths): Promise<void> {
  const removed = join(out, `.new-${randomUUID()}`);
  try {
    if (isObjectUrl(out)) return await removeObjects(paths);
    await rename(paths.directory, removed);
    await syncDirectory(out);
    await rm(removed, { recursive: true, force: true });
  } catch (error) {
    throw ioError('remove', paths.directory, error);
  }
}

/** Without `run.json` there is no run; a new one of its name has its files elsewhere. */
async function removeObjects({ store, runFile, directory }: RunPaths): Promise<void> {
  await store.remove(runFile);
  for await (const { name } of listObjects(`${directory}/`)) await store.remove(joinLocation(directory, name));
}

/** Bytes of all files of a run. */
export async function measureRun(paths: RunPaths): Promise<number> {
  if (isObjectUrl(paths.directory)) return measureObjects(paths);
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

async function measureObjects({ runFile, directory }: RunPaths): Promise<number> {
  let { bytes } = await headObject(runFile);
  for await (const object of listObjects(`${directory}/`)) bytes += object.bytes;
  return bytes;
}

function ignoreMissing(error: unknown): undefined {
  if (systemCode(error) !== 'ENOENT') throw error;
}
