import { gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decompress, decompressStream } from '../../../src/documents/archives/decompress.ts';

const codecs = { gzip: gzipSync, zstd: zstdCompressSync } as const;
const contents = fc.uint8Array({ maxLength: 400 });
/** A frame that every decoder has to pass over; `pzstd` writes them. */
const skippable = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 7, 7]);

function* piecesOf(bytes: Uint8Array, length: number): Generator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += length) yield bytes.subarray(start, start + length);
}

async function unpackPieces(bytes: Uint8Array, length: number, codec: keyof typeof codecs): Promise<Buffer> {
  const unpacked: Buffer[] = [];
  for await (const piece of decompressStream(piecesOf(bytes, length), codec)) unpacked.push(piece);
  return Buffer.concat(unpacked);
}

describe.each(['gzip', 'zstd'] as const)('files packed with %s and put one behind the other', (codec) => {
  test('are unpacked as one, in whatever pieces they come', async () => {
    const several = fc.array(contents, { minLength: 1, maxLength: 6 });
    const property = fc.asyncProperty(several, fc.integer({ min: 1, max: 500 }), async (parts, length) => {
      const packed = Buffer.concat(parts.map((part) => codecs[codec](part)));
      expect((await unpackPieces(packed, length, codec)).equals(Buffer.concat(parts))).toBe(true);
    });
    await fc.assert(property, { numRuns: 60 });
  });

  test('are malformed where the last one is cut [F11]', async () => {
    const whole = codecs[codec]('whole');
    const property = fc.asyncProperty(fc.integer({ min: 1, max: whole.length - 1 }), async (length) => {
      expect(await decompress(Buffer.concat([whole, whole.subarray(0, length)]), codec, 100)).toBe('malformed');
    });
    await fc.assert(property, { numRuns: 20 });
  });
});

test('frames that hold nothing for a reader are passed over, first, last and between', async () => {
  const packed = Buffer.concat([skippable, zstdCompressSync('a'), skippable, zstdCompressSync('b'), skippable]);
  expect(await decompress(packed, 'zstd', 100)).toEqual(Buffer.from('ab'));
});

test('what is no frame behind one is malformed, not dropped', async () => {
  const packed = Buffer.concat([zstdCompressSync('a'), Buffer.from('b')]);
  expect(await decompress(packed, 'zstd', 100)).toBe('malformed');
});

test('more frames than a file has is malformed, however little they hold', async () => {
  const packed = Buffer.concat(Array.from({ length: 4_001 }, () => skippable));
  expect(await decompress(packed, 'zstd', 100)).toBe('malformed');
});
