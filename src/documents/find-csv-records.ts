import { type CsvHeader, detectDelimiter } from './csv-header.ts';
import type { FoundRecord } from './find-records.ts';
import { createHeldBytes, hashBehind } from './held-bytes.ts';
import { maxCsvHeaderBytes } from './limits.ts';

/** A record with the header of its file; null when the file's first record is too long to be one. */
export type FoundCsvRecord = FoundRecord & { readonly header: CsvHeader | null };

/**
 * The records of a CSV file in order, behind the first one, which names the columns. A record ends at a line end (`\n`,
 * `\r\n` or `\r`) outside quotes; quotes count only where a field begins with one. Blank lines are no records. Holds one
 * piece and at most `maxDocumentBytes` of one record. `sha256` is of the header and the record. A file whose header is too
 * long is one record, the header's.
 */
export async function* findCsvRecords(chunks: AsyncIterable<Buffer>): AsyncGenerator<FoundCsvRecord> {
  let header: CsvHeader | null = null;
  for await (const { offset, held } of findRows(chunks, () => header)) {
    const { length, bytes } = held;
    if (header !== null) {
      const sha256 = held.bytes === null ? held.sha256 : hashBehind(header.bytes, held.bytes);
      yield { offset, length, sha256, bytes, header };
    } else if (bytes !== null && length <= maxCsvHeaderBytes) {
      header = { offset, bytes: Buffer.from(bytes), delimiter: detectDelimiter(bytes) };
    } else {
      const sha256 = held.bytes === null ? held.sha256 : hashBehind(null, held.bytes);
      yield { offset, length, sha256, bytes, header: null };
      return;
    }
  }
}

type Row = { readonly offset: number; readonly held: ReturnType<ReturnType<typeof createHeldBytes>['finish']> };

async function* findRows(chunks: AsyncIterable<Buffer>, header: () => CsvHeader | null): AsyncGenerator<Row> {
  let row = createRow(0, header());
  let chunkOffset = 0;
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = row.scan(chunk, 0); end !== -1; end = row.scan(chunk, start)) {
      const finished = row.finish(chunk.subarray(start, end));
      if (finished !== null) yield finished;
      start = end + 1;
      row = createRow(chunkOffset + start, header());
    }
    row.add(chunk.subarray(start));
    chunkOffset += chunk.length;
  }
  const finished = row.finish(Buffer.alloc(0));
  if (finished !== null) yield finished;
}

function createRow(offset: number, header: CsvHeader | null) {
  const bytes = createHeldBytes(header?.bytes ?? null);
  return {
    scan: createScanner(header?.delimiter ?? null),
    add: bytes.add,
    finish: (piece: Buffer): Row | null => {
      const held = bytes.finish(piece);
      return held.bytes?.every((byte) => byte === SPACE) === true ? null : { offset, held };
    },
  };
}

const QUOTE = 0x22;
const SPACE = 0x20;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

type State = 'field-start' | 'unquoted' | 'quoted' | 'quote-in-quoted';

/**
 * Finds where a row ends: the index of its line end, or -1 when it goes on in the next piece. Without a delimiter, which
 * only the header tells, every quote opens or closes.
 */
function createScanner(delimiter: number | null): (chunk: Buffer, from: number) => number {
  let state: State = 'field-start';
  return (chunk, from) => {
    for (let index = from; index < chunk.length; index += 1) {
      const byte = chunk[index];
      if (state === 'quoted') {
        if (byte === QUOTE) state = 'quote-in-quoted';
      } else if (byte === LINE_FEED || byte === CARRIAGE_RETURN) {
        return index;
      } else if (byte === QUOTE && (state !== 'unquoted' || delimiter === null)) {
        state = 'quoted';
      } else {
        state = byte === delimiter ? 'field-start' : 'unquoted';
      }
    }
    return -1;
  };
}
