import { Readable } from 'node:stream';
import { callStore } from './client.ts';
import { toInput } from './location.ts';
import { headObject } from './objects.ts';
import { isPassing } from './storage-error.ts';

type Slice = { readonly offset: number; readonly length: number };

/** An object as it was when it was opened: once it is replaced, reading on throws `EEXIST`. */
export type OpenedObject = {
  readonly bytes: number;
  /** The bytes of a slice, or all, piece by piece; a slice may reach over the end. */
  readonly chunks: (slice?: Slice) => AsyncGenerator<Buffer>;
  /** A slice as one buffer, shorter at the end of the object. */
  readonly read: (offset: number, length: number) => Promise<Buffer>;
};

/** Opens an object for reading; throws `ENOENT` where there is none. */
export async function openObject(url: string): Promise<OpenedObject> {
  const { bytes, etag } = await headObject(url);
  const chunks = ({ offset, length }: Slice = { offset: 0, length: bytes }) =>
    readSlice(url, etag, { offset, length: Math.min(length, bytes - offset) });
  return {
    bytes,
    chunks,
    read: (offset, length) => collect(chunks({ offset, length })),
  };
}

/** The whole object in one call; throws `ENOENT` where there is none. */
export async function readObject(url: string): Promise<Buffer> {
  return callStore(async ({ sdk, client }) => {
    const { Body: body } = await client.send(new sdk.GetObjectCommand(toInput(url)));
    return Buffer.from((await body?.transformToByteArray()) ?? []);
  });
}

/** A transfer that breaks off goes on where it was, in the same version of the object. */
async function* readSlice(url: string, etag: string | undefined, { offset, length }: Slice): AsyncGenerator<Buffer> {
  let done = 0;
  while (done < length) {
    const from = offset + done;
    const body = await getStream(url, etag, `bytes=${from}-${offset + length - 1}`);
    try {
      for await (const piece of body) {
        done += piece.length;
        yield piece;
      }
    } catch (error) {
      if (!isPassing(error)) throw error;
    }
    // Without any progress it would be asked for ever.
    if (offset + done === from) throw Object.assign(new Error(`no bytes of \`${url}\` came`), { code: 'ECONNRESET' });
  }
}

async function collect(chunks: AsyncIterable<Buffer>): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of chunks) pieces.push(piece);
  return Buffer.concat(pieces);
}

function getStream(url: string, etag: string | undefined, range: string): Promise<AsyncIterable<Buffer>> {
  return callStore(async ({ sdk, client }) => {
    const condition = etag === undefined ? {} : { IfMatch: etag };
    const { Body: body } = await client.send(new sdk.GetObjectCommand({ ...toInput(url), ...condition, Range: range }));
    if (!(body instanceof Readable)) throw new Error(`no stream of \`${url}\` came`);
    return body;
  });
}
