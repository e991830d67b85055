import { mkdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { systemCode } from './errors.ts';

/**
 * Creates a directory with its parents; existing ones are fine. Node's own recursive `mkdir` loops for ever where the
 * system answers ENOENT for a directory that cannot be made, as `/proc` does.
 */
export async function ensureDirectory(directory: string): Promise<void> {
  try {
    await mkdir(directory);
  } catch (error) {
    const code = systemCode(error);
    if (code === 'EEXIST' && (await stat(directory)).isDirectory()) return;
    const parent = dirname(resolve(directory));
    if (code !== 'ENOENT' || (await isDirectory(parent))) throw error;
    await ensureDirectory(parent);
    await ensureDirectory(directory);
  }
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}
