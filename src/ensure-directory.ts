import { mkdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { systemCode } from './errors.ts';

/**
 * Creates a directory with its parents; existing ones are fine, and so are other callers that create the same ones at
 * this moment. Node's own recursive `mkdir` loops for ever where the system answers ENOENT for a directory that cannot
 * be made, as `/proc` does.
 */
export async function ensureDirectory(directory: string): Promise<void> {
  try {
    return await makeDirectory(directory);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
  }
  const parent = dirname(resolve(directory));
  // Another caller may have made the parent by now, so only a second refusal says that the system never makes it.
  if (!(await isDirectory(parent))) await ensureDirectory(parent);
  await makeDirectory(directory);
}

async function makeDirectory(directory: string): Promise<void> {
  try {
    await mkdir(directory);
  } catch (error) {
    if (systemCode(error) !== 'EEXIST' || !(await isDirectory(directory))) throw error;
  }
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}
