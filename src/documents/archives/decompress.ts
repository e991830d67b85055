import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { createGunzip, createZstdDecompress, gunzip, zstdDecompress } from 'node:zlib';
import type { Compression } from './container-of.ts';

/** How bytes are packed, by their first ones; null when they are not. */
export function compressionOf(bytes: Uint8Array): Compression | null {
  const [first, second, third, fourth] = bytes;
  if (first === 0x1f && second === 0x8b) return 'gzip';
  return first === 0x28 && second === 0xb5 && third === 0x2f && fourth === 0xfd ? 'zstd' : null;
}

/** Unpacks bytes in memory: `too-large` beyond `most` bytes, `malformed` when they are not whole. */
export async function decompress(
  bytes: Uint8Array,
  compression: Compression,
  most: number,
): Promise<Buffer | 'too-large' | 'malformed'> {
  const unpack = compression === 'gzip' ? promisify(gunzip) : promisify(zstdDecompress);
  try {
    // The option counts in whole pieces, so a result of `most` bytes needs room for one more.
    const unpacked = await unpack(bytes, { maxOutputLength: most + 1 });
    return unpacked.length > most ? 'too-large' : unpacked;
  } catch (error) {
    return error instanceof RangeError ? 'too-large' : 'malformed';
  }
}

/** Unpacks a stream of bytes; throws in the middle where they are not whole. */
export async function* decompressStream(
  chunks: AsyncIterable<Buffer>,
  compression: Compression,
): AsyncGenerator<Buffer> {
  const unpacker = compression === 'gzip' ? createGunzip() : createZstdDecompress();
  // Whoever reads the unpacked bytes meets the error.
  const packed = pipeline(Readable.from(chunks), unpacker).catch(() => undefined);
  try {
    // Streams of bytes give buffers.
    yield* unpacker as AsyncIterable<Buffer>;
  } finally {
    unpacker.destroy();
    await packed;
  }
}
