import { open } from 'node:fs/promises';

/** Makes names created in, or removed from, a directory survive a power cut. */
export async function syncDirectory(directory: string): Promise<void> {
  await using handle = await open(directory, 'r');
  await handle.sync();
}
