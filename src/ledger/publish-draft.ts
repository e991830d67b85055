import { createReadStream } from 'node:fs';
import { open, readFile, readdir, rename } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Run } from '../../schemas/run.ts';
import { AppError, ioError, systemCode } from '../errors.ts';
import { faultPoint } from '../fault-points.ts';
import { joinLocation } from '../object-storage/location.ts';
import { uploadObject } from '../object-storage/upload-object.ts';
import { syncDirectory } from '../sync-directory.ts';
import { placeOf, runFileOf, runPaths } from './run-paths.ts';

/** Makes the run exist in a file system by renaming its whole draft; false when there is something of its name. */
export async function publishDirectory(draft: string, out: string, { name }: Run): Promise<boolean> {
  await syncTree(draft);
  faultPoint('run.synced', draft);
  const created = await renameIntoPlace(draft, runPaths(out, name).directory);
  faultPoint('run.renamed', draft);
  // Also for a run that is there already: its producer may have died before its name was safe from a power cut.
  await syncDirectory(out);
  return created;
}

/**
 * Makes the run exist in object storage: its files are copied to where nobody looks as long as no `run.json` names their
 * place, and `run.json` is set once. False when there is a run of its name.
 */
export async function publishObjects(draft: string, out: string, run: Run): Promise<boolean> {
  const { store, directory, temporary } = placeOf(out, run);
  const runFile = runFileOf(out, run.name);
  if (await store.has(runFile)) return false;
  const names = await filesIn(draft);
  const toUrl = (name: string): string => joinLocation(directory, name);
  const drop = async (): Promise<void> => {
    for (const name of names) await store.remove(toUrl(name));
  };
  try {
    for (const name of names) await uploadObject(toUrl(name), createReadStream(join(draft, name)));
  } catch (error) {
    await drop().catch(() => undefined);
    throw error;
  }
  faultPoint('run.uploaded', directory);
  // A put that fails may have been done all the same, so only one that was refused leaves nothing to keep.
  const created = await store.createOnce(temporary, runFile, await readFile(join(draft, RUN_FILE)));
  if (!created) await drop();
  return created;
}

const RUN_FILE = 'run.json';

/** The files of a draft but for `run.json`, relative to it. */
async function filesIn(draft: string): Promise<string[]> {
  const entries = await readdir(draft, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(draft, join(entry.parentPath, entry.name)));
  return files.filter((name) => name !== RUN_FILE);
}

async function syncTree(directory: string): Promise<void> {
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) {
      await syncTree(path);
    } else {
      await using file = await open(path, 'r');
      await file.sync();
    }
  }
  await syncDirectory(directory);
}

/** `rename` refuses to replace a directory that holds anything, so exactly one of several producers wins. */
async function renameIntoPlace(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOTEMPTY' || code === 'EEXIST') return false;
    if (code === 'ENOTDIR')
      throw new AppError('OUTPUT_UNUSABLE', `\`${to}\` is a file; choose another \`--run\` name.`);
    throw ioError('create', to, error);
  }
}
