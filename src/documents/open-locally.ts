import { randomUUID } from 'node:crypto';
import { mkdir, open, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { isObjectUrl } from '../object-storage/location.ts';
import { type OpenedFile, openFile } from './open-file.ts';
import { openSource } from './open-source.ts';

/**
 * Opens a file where its bytes can be read in any order: an object is copied to a file of `directory`, which has no name
 * there any more and is gone when it is closed.
 */
export async function openLocally(path: Buffer, directory: string): Promise<OpenedFile> {
  if (!isObjectUrl(path.toString())) return openFile(path);
  const opened = await openSource(path);
  if (opened.status === 'refused') return opened;
  await mkdir(directory, { recursive: true });
  const copy = join(directory, `.new-${randomUUID()}`);
  await using resources = new AsyncDisposableStack();
  const handle = resources.use(await open(copy, 'wx+', 0o600));
  await unlink(copy);
  for await (const chunk of opened.file.chunks()) await handle.writeFile(chunk);
  resources.move();
  return { status: 'opened', handle, bytes: opened.file.bytes };
}
