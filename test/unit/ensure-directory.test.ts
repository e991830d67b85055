import type * as fileSystem from 'node:fs/promises';
import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { ensureDirectory } from '../../src/ensure-directory.ts';
import { createTemporaryFiles } from './documents/temporary-files.ts';

/** Directories whose parent somebody else makes in the moment after the system has said that it is missing. */
const overtaken = vi.hoisted(() => new Set<string>());

vi.mock('node:fs/promises', async (importOriginal) => {
  const real = await importOriginal<typeof fileSystem>();
  return {
    ...real,
    mkdir: async (directory: string) => {
      try {
        return await real.mkdir(directory);
      } catch (error) {
        if (overtaken.delete(directory)) await real.mkdir(dirname(directory));
        throw error;
      }
    },
  };
});

test('a parent that somebody else makes between the refusal and the look is found, and the directory is made', async () => {
  await using files = await createTemporaryFiles();
  const directory = join(files.directory, 'parent', 'child');
  overtaken.add(directory);
  await ensureDirectory(directory);
  expect((await stat(directory)).isDirectory()).toBe(true);
});
