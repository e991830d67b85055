import type { Sha256 } from '../../schemas/ids.ts';
import type { Source } from '../../schemas/plan.ts';
import { AppError } from '../errors.ts';
import { sha256Of } from '../sha256.ts';
import type { CsvHeader } from './csv-header.ts';
import type { Reading } from './document.ts';
import { findCsvRecords } from './find-csv-records.ts';
import { findRecords } from './find-records.ts';
import { hasColumn } from './parse-csv-record.ts';
import { type RecordBytes, parseAnyRecord, toDocument } from './read-record.ts';
import type { RecordKind } from './record-kind.ts';

/** One record as a plan needs it. */
export type PlannedRecord = {
  readonly place: Pick<Source, 'header'> & { readonly offset: number; readonly length: number };
  readonly sha256: Sha256;
  /** The record's own id. */
  readonly id: string | null;
  /** Equal for records that read the same, where records are compared. */
  readonly content: Sha256;
};

type Options = {
  readonly reading: Reading;
  readonly compareRecords: boolean;
  /** What the file is called in messages. */
  readonly name: string;
};

/** The records of a file in order; throws `USAGE` for a CSV file without a column of text where none was named. */
export function findPlannedRecords(
  kind: RecordKind,
  chunks: AsyncIterable<Buffer>,
  options: Options,
): AsyncGenerator<PlannedRecord> {
  return kind === 'csv' ? findPlannedRows(chunks, options) : findPlannedLines(chunks, options);
}

async function* findPlannedLines(chunks: AsyncIterable<Buffer>, options: Options): AsyncGenerator<PlannedRecord> {
  for await (const { offset, length, sha256, bytes } of findRecords(chunks)) {
    const found = bytes === null ? null : { kind: 'jsonl' as const, bytes };
    yield { place: { offset, length }, sha256, ...identify(found, sha256, options) };
  }
}

async function* findPlannedRows(chunks: AsyncIterable<Buffer>, options: Options): AsyncGenerator<PlannedRecord> {
  let wanted: boolean | null = null;
  for await (const { header, offset, length, sha256, bytes } of findCsvRecords(chunks)) {
    if (wanted === null) {
      const hasIds = checkColumns(header, options);
      wanted = options.compareRecords || hasIds;
    }
    const place = { offset, length };
    const found = bytes === null || !wanted ? null : { kind: 'csv' as const, bytes, header: header?.bytes ?? null };
    const identity = identify(found, sha256, options);
    if (header === null) yield { place, sha256, ...identity };
    else
      yield {
        place: { ...place, header: { offset: header.offset, length: header.bytes.length } },
        sha256,
        ...identity,
      };
  }
}

/** Whether there is a column of ids, so that every record has to be parsed. */
function checkColumns(header: CsvHeader | null, { reading, name }: Options): boolean {
  if (header === null) return false;
  const { textColumn, idColumn = 'id' } = reading.records;
  if (textColumn !== undefined || hasColumn(header.bytes, 'text')) return hasColumn(header.bytes, idColumn);
  throw new AppError(
    'USAGE',
    `The CSV file \`${name}\` has no column \`text\`; say which column holds the text with \`--text-column\`.`,
  );
}

function identify(
  found: RecordBytes | null,
  sha256: Sha256,
  { reading, compareRecords }: Options,
): Pick<PlannedRecord, 'id' | 'content'> {
  if (found === null) return { id: null, content: sha256 };
  const record = parseAnyRecord(found, reading.records);
  const content = compareRecords ? sha256Of(JSON.stringify(toDocument(record, reading.keep))) : sha256;
  return { id: record.id, content };
}
