import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { ioError, systemCode } from '../errors.ts';

/** Why a file cannot be read: a property of that file alone. `cause` is the system's error code, or the file's kind. */
export type FileRefusal = { readonly code: 'VANISHED' | 'UNREADABLE'; readonly cause: string };

export type OpenedFile =
  | { readonly status: 'opened'; readonly handle: FileHandle; readonly bytes: number }
  | { readonly status: 'refused'; readonly refusal: FileRefusal };

/**
 * Opens a regular file for reading. Never follows a symbolic link at the path's end and never waits on a FIFO. What is
 * wrong with this one file is a value; what may hit any file (too many open files, I/O errors) throws.
 */
export async function openFile(path: string | Buffer): Promise<OpenedFile> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const stats = await handle.stat();
    if (stats.isFile()) return { status: 'opened', handle, bytes: stats.size };
  } catch (error) {
    await handle?.close();
    return { status: 'refused', refusal: toFileRefusal(error, path) };
  }
  await handle.close();
  return { status: 'refused', refusal: { code: 'UNREADABLE', cause: 'not a file' } };
}

/** What a failed call says about the one file it was made for; rethrows, with the path, what says nothing about it. */
export function toFileRefusal(error: unknown, path: string | Buffer): FileRefusal {
  const cause = systemCode(error);
  if (cause !== undefined && vanishedCodes.has(cause)) return { code: 'VANISHED', cause };
  if (cause !== undefined && unreadableCodes.has(cause)) return { code: 'UNREADABLE', cause };
  throw ioError('read', path.toString(), error);
}

const vanishedCodes: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR']);
const unreadableCodes: ReadonlySet<string> = new Set([
  'EACCES',
  'EPERM',
  'ELOOP',
  'EISDIR',
  'ENXIO',
  'ENODEV',
  'EOPNOTSUPP',
  'ENAMETOOLONG',
  'EOVERFLOW',
]);
