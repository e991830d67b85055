import { fromBufferPromise } from 'yauzl';

/**
 * How many bytes the files of a ZIP archive have when they are unpacked, by unpacking them without keeping anything;
 * stops beyond `most`. What the archive itself says about its sizes is not believed. Rejects when it is not whole.
 */
export async function measureZip(zip: Buffer, most: number): Promise<number> {
  const archive = await fromBufferPromise(zip);
  let bytes = 0;
  for await (const entry of archive.eachEntry()) {
    const content = await archive.openReadStreamPromise(entry);
    // Streams of bytes give buffers.
    for await (const piece of content as AsyncIterable<Buffer>) {
      bytes += piece.length;
      if (bytes > most) return bytes;
    }
  }
  return bytes;
}
