import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createZstdDecompress } from 'node:zlib';
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
  const pieces: Buffer[] = [];
  let length = 0;
  try {
    for await (const piece of decompressStream([bytes], compression)) {
      length += piece.length;
      if (length > most) return 'too-large';
      pieces.push(piece);
    }
  } catch {
    return 'malformed';
  }
  return Buffer.concat(pieces);
}

/**
 * Unpacks a stream of bytes; throws in the middle where they are not whole, and behind the first frame of a Zstandard
 * file of several: Node's decoder ends there without a word, and what follows would be lost.
 */
export async function* decompressStream(
  chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  compression: Compression,
): AsyncGenerator<Buffer> {
  const unpacker = compression === 'gzip' ? createGunzip() : createZstdDecompress();
  let fed = 0;
  const counted = async function* (): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      fed += chunk.length;
      yield chunk;
    }
  };
  // Whoever reads the unpacked bytes meets the error.
  const packed = pipeline(Readable.from(counted()), unpacker).catch(() => undefined);
  try {
    // Streams of bytes give buffers.
    yield* unpacker as AsyncIterable<Buffer>;
    if (compression === 'zstd' && unpacker.bytesWritten < fed) throw new Error('more than one frame');
  } finally {
    unpacker.destroy();
    await packed;
  }
}
