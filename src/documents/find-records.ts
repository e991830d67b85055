import type { Sha256 } from '../../schemas/ids.ts';
import { sha256Of } from '../sha256.ts';
import { createHeldBytes } from './held-bytes.ts';

/**
 * One record of a file: `length` bytes from `offset`, without its line end. `bytes` are valid until the next record is
 * asked for; null when there are more than `maxDocumentBytes`, which are hashed but not held.
 */
export type FoundRecord = {
  readonly offset: number;
  readonly length: number;
  readonly sha256: Sha256;
  readonly bytes: Buffer | null;
};

/**
 * The records of a JSONL file in order, its lines that are not blank. Lines end at `\n`, or `\r\n`, and nowhere else; a
 * byte order mark at the start is skipped. Holds one piece and at most `maxDocumentBytes` of one line, however long it is.
 */
export async function* findRecords(chunks: AsyncIterable<Buffer>): AsyncGenerator<FoundRecord> {
  let line = createLine(0);
  let chunkOffset = 0;
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(lineFeed); end !== -1; end = chunk.indexOf(lineFeed, start)) {
      const record = line.finish(chunk.subarray(start, end));
      if (record !== null) yield record;
      start = end + 1;
      line = createLine(chunkOffset + start);
    }
    line.add(chunk.subarray(start));
    chunkOffset += chunk.length;
  }
  const record = line.finish(Buffer.alloc(0));
  if (record !== null) yield record;
}

const lineFeed = 0x0a;

function createLine(offset: number): { add(piece: Buffer): void; finish(piece: Buffer): FoundRecord | null } {
  const line = createHeldBytes(null);
  return {
    add: line.add,
    finish: (piece) => {
      const held = line.finish(piece);
      return held.bytes === null ? { offset, ...held } : toRecord(offset, held.bytes);
    },
  };
}

/** The record in a line's bytes, without byte order mark and carriage return; null when the line is blank. */
function toRecord(offset: number, line: Buffer): FoundRecord | null {
  const start = offset === 0 && line.subarray(0, 3).equals(byteOrderMark) ? 3 : 0;
  const end = line.at(-1) === carriageReturn ? line.length - 1 : line.length;
  const bytes = line.subarray(start, end);
  if (bytes.every(isBlank)) return null;
  return { offset: offset + start, length: bytes.length, sha256: sha256Of(bytes), bytes };
}

const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);
const carriageReturn = 0x0d;

function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x09 || byte === carriageReturn;
}
