import type { Readable } from 'node:stream';
import { createTarDecoder } from 'modern-tar';
import { fromFdPromise } from 'yauzl';

/** A file of an archive; `content` is read before the next member is asked for, or not at all. */
export type Member =
  | { readonly kind: 'file'; readonly name: string; readonly content: AsyncIterable<Uint8Array> }
  /** It needs a password. */
  | { readonly kind: 'encrypted'; readonly name: string }
  | { readonly kind: 'link' }
  | { readonly kind: 'special' };

/** The files of a ZIP archive in the order of its directory; throws where it is not whole. */
export async function* readZip(descriptor: number): AsyncGenerator<Member> {
  const zip = await fromFdPromise(descriptor, { lazyEntries: true, autoClose: false });
  for await (const entry of zip.eachEntry()) {
    const name = entry.fileName;
    if (name.endsWith('/')) continue;
    if (entry.isEncrypted()) yield { kind: 'encrypted', name };
    else yield { kind: 'file', name, content: openLater(() => zip.openReadStreamPromise(entry)) };
  }
}

/** A stream that is opened when somebody reads it: nobody closes one that nobody reads. */
async function* openLater(open: () => Promise<Readable>): AsyncGenerator<Buffer> {
  // Streams of bytes give buffers.
  yield* (await open()) as AsyncIterable<Buffer>;
}

/** The files of a tar archive in their order; throws where it is not whole. */
export async function* readTar(chunks: AsyncIterable<Buffer>): AsyncGenerator<Member> {
  const entries = ReadableStream.from(chunks).pipeThrough(createTarDecoder({ strict: true }));
  for await (const { header, body } of entries) {
    const { type, name } = header;
    if (type === undefined || type === 'file') yield { kind: 'file', name, content: body };
    else if (type === 'symlink' || type === 'link') yield { kind: 'link' };
    else if (type !== 'directory') yield { kind: 'special' };
    if (!body.locked) await body.cancel();
  }
}
