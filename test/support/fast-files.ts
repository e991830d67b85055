import { accessSync, constants } from 'node:fs';
import { tmpdir } from 'node:os';
import { createTemporaryFiles } from '../unit/documents/temporary-files.ts';

/** A directory of one test, in memory where the machine has such a file system: ledgers sync every file they write. */
export function createFastFiles(files: Readonly<Record<string, string | Uint8Array>> = {}) {
  return createTemporaryFiles(files, fastDirectory());
}

function fastDirectory(): string {
  try {
    accessSync(IN_MEMORY, constants.W_OK | constants.X_OK);
    return IN_MEMORY;
  } catch {
    return tmpdir();
  }
}

const IN_MEMORY = '/dev/shm';
