import { spawnSync } from 'node:child_process';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../../src/errors.ts';

export type SmallDisk = AsyncDisposable & {
  /** Takes all space that is left. */
  readonly fill: () => Promise<void>;
  readonly free: () => Promise<void>;
};

/** Makes a directory a file system of its own of so many megabytes; null where this process may not mount one. */
export function mountSmallDisk(directory: string, megabytes: number): SmallDisk | null {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return null;
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=755`, 'tmpfs', directory]);
  if (mounted.status !== 0) return null;
  const ballast = join(directory, '.ballast');
  return {
    fill: async () => {
      await using file = await open(ballast, 'w');
      const block = Buffer.alloc(4096, 1);
      try {
        for (;;) await file.write(block);
      } catch (error) {
        if (systemCode(error) !== 'ENOSPC') throw error;
      }
    },
    free: () => rm(ballast, { force: true }),
    [Symbol.asyncDispose]: async () => {
      spawnSync('umount', ['--lazy', directory]);
    },
  };
}
