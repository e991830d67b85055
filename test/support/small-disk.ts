import { spawnSync } from 'node:child_process';
import { mkdir, open, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../../src/errors.ts';
import { waitUntil } from './wait-until.ts';

export type DiskSize = { readonly megabytes: number; readonly inodes: number };

export type SmallDisk = AsyncDisposable & {
  /** Takes all space that is left. */
  readonly fill: () => Promise<void>;
  /** Takes all inodes that are left, and next to no space. */
  readonly fillInodes: () => Promise<void>;
  /** Gives back what was taken. */
  readonly free: () => Promise<void>;
  /** Mounts it again with other options, such as `ro`; tries until nobody has a file open for writing. */
  readonly remount: (options: string) => Promise<void>;
};

/** Makes a directory a file system of its own; null where this process may not mount one. */
export function mountSmallDisk(directory: string, { megabytes, inodes }: DiskSize): SmallDisk | null {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return null;
  const size = `size=${megabytes}m,nr_inodes=${inodes},mode=755`;
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', size, 'tmpfs', directory]).status !== 0) return null;
  const ballast = join(directory, '.ballast');
  return {
    fill: async () => {
      await mkdir(ballast);
      await using file = await open(join(ballast, 'space'), 'w');
      const block = Buffer.alloc(4096, 1);
      await untilFull(() => file.write(block));
    },
    fillInodes: async () => {
      await mkdir(ballast);
      let number = 0;
      await untilFull(async () => {
        number += 1;
        await writeFile(join(ballast, `${number}`), '');
      });
    },
    free: () => rm(ballast, { recursive: true, force: true }),
    remount: async (options) => {
      const remounted = () => spawnSync('mount', ['-o', `remount,${options}`, directory]).status === 0;
      await waitUntil(`the disk is mounted with ${options}`, remounted);
    },
    [Symbol.asyncDispose]: async () => {
      spawnSync('umount', ['--lazy', directory]);
    },
  };
}

async function untilFull(take: () => Promise<unknown>): Promise<void> {
  try {
    for (;;) await take();
  } catch (error) {
    if (systemCode(error) !== 'ENOSPC') throw error;
  }
}
