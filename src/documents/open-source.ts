import { isObjectUrl } from '../object-storage/location.ts';
import { type OpenedObject, openObject } from '../object-storage/open-object.ts';
import { type FileRefusal, openFile, toFileRefusal } from './open-file.ts';
import { readChunks } from './read-chunks.ts';

/** The bytes of a file or an object. The memory of a piece is used again for the next one: copy what must stay. */
export type SourceFile = Pick<OpenedObject, 'bytes' | 'chunks'> & AsyncDisposable;

export type OpenedSource =
  | { readonly status: 'opened'; readonly file: SourceFile }
  | { readonly status: 'refused'; readonly refusal: FileRefusal };

/**
 * Opens a regular file, or an object at an `s3://` URL, for reading. What is wrong with this one is a value; what may hit
 * any throws.
 */
export async function openSource(path: string | Buffer): Promise<OpenedSource> {
  const location = path.toString();
  if (isObjectUrl(location)) return openAsSource(location);
  const opened = await openFile(path);
  if (opened.status === 'refused') return opened;
  const { handle, bytes } = opened;
  const file = {
    bytes,
    chunks: (slice?: { readonly offset: number; readonly length: number }) => readChunks(handle, bytes, slice),
    [Symbol.asyncDispose]: () => handle.close(),
  };
  return { status: 'opened', file };
}

async function openAsSource(url: string): Promise<OpenedSource> {
  try {
    const object = await openObject(url);
    return { status: 'opened', file: { ...object, [Symbol.asyncDispose]: async () => undefined } };
  } catch (error) {
    return { status: 'refused', refusal: toFileRefusal(error, url) };
  }
}
