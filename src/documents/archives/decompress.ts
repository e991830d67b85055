import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createZstdDecompress, type Gunzip, type ZstdDecompress } from 'node:zlib';
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
 * Unpacks a stream of bytes; throws in the middle where they are not whole. Files of several members or frames, one
 * behind the other, are unpacked as one.
 */
export async function* decompressStream(
  chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  compression: Compression,
): AsyncGenerator<Buffer> {
  const source = createUnread(chunks);
  try {
    if (compression === 'gzip') yield* unpackWith(createGunzip(), source);
    else yield* unpackFrames(source);
  } finally {
    await source.close();
  }
}

/** As many as `pzstd` makes of 32 GB; each one costs a decoder of its own, 0.2 to 1 ms, even if it holds nothing. */
const MOST_FRAMES = 4_000;

/** Node's decoder of Zstandard ends behind the first frame without a word: each frame gets one, as long as bytes are left. */
async function* unpackFrames(source: Unread): AsyncGenerator<Buffer> {
  for (let frames = 0; frames === 0 || (await source.isLeft()); frames += 1) {
    if (frames === MOST_FRAMES) throw new Error('too many frames');
    yield* unpackWith(createZstdDecompress(), source);
  }
}

async function* unpackWith(unpacker: Gunzip | ZstdDecompress, source: Unread): AsyncGenerator<Buffer> {
  const used = (): number => unpacker.bytesWritten;
  // Whoever reads the unpacked bytes meets the error.
  const packed = pipeline(Readable.from(source.read(used)), unpacker).catch(() => undefined);
  try {
    // Streams of bytes give buffers.
    yield* unpacker as AsyncIterable<Buffer>;
  } finally {
    unpacker.destroy();
    await packed;
    source.giveBack(used);
  }
}

type Unread = ReturnType<typeof createUnread>;

/** A stream of bytes for several readers one after the other: each takes up what the one before has left. */
function createUnread(chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>) {
  const source = nonEmpty(chunks);
  const waiting: Uint8Array[] = [];
  /** What a reader has got and not used yet, behind so many bytes that it has used. */
  let given: Uint8Array[] = [];
  let behind = 0;
  const take = async (): Promise<Uint8Array | undefined> => waiting.shift() ?? (await source.next()).value;
  const forget = (used: number): void => {
    for (let [first] = given; first !== undefined && behind + first.length <= used; [first] = given) {
      behind += first.length;
      given.shift();
    }
  };
  return {
    isLeft: async (): Promise<boolean> => {
      const chunk = await take();
      if (chunk !== undefined) waiting.unshift(chunk);
      return chunk !== undefined;
    },
    /** What is left, for a reader of which `used` says how many bytes it has used so far. */
    read: async function* (used: () => number): AsyncGenerator<Uint8Array> {
      for (let chunk = await take(); chunk !== undefined; chunk = await take()) {
        given.push(chunk);
        yield chunk;
        forget(used());
      }
    },
    /** Ends a reader: what it has not used is for the next one. */
    giveBack: (used: () => number): void => {
      forget(used());
      const [first, ...others] = given;
      if (first !== undefined) waiting.unshift(first.subarray(used() - behind), ...others);
      given = [];
      behind = 0;
    },
    close: () => source.return(undefined),
  };
}

async function* nonEmpty(
  chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, undefined> {
  for await (const chunk of chunks) if (chunk.length > 0) yield chunk;
}
