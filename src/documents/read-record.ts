import type { JsonObject, JsonValue } from '../../schemas/json.ts';
import type { RecordFields } from '../../schemas/run.ts';
import { checkText } from './decode-text.ts';
import type { ReadResult, Reading } from './document.ts';
import { maxCsvHeaderBytes } from './limits.ts';
import { memberAt } from './own-member.ts';
import { parseCsvRecord } from './parse-csv-record.ts';
import { type ParsedRecord, parseRecord } from './parse-record.ts';
import { refuse } from './refuse.ts';

/** The bytes of one record; of a CSV file's with its header, null where the file has none that can be one. */
export type RecordBytes =
  | { readonly kind: 'jsonl'; readonly bytes: Buffer }
  | { readonly kind: 'csv'; readonly bytes: Buffer; readonly header: Buffer | null };

/** The document in one record of a file, with the members to keep, which are carried through whatever becomes of it. */
export function readRecord(found: RecordBytes, { records, keep }: Reading): ReadResult {
  return toDocument(parseAnyRecord(found, records), keep);
}

/** The document in a record that is parsed already. */
export function toDocument(record: ParsedRecord, keep: readonly string[]): ReadResult {
  const result =
    record.status === 'usable'
      ? checkText(record.text, record.lossy ? ['lossy'] : [])
      : refuse('INVALID_RECORD', `The record ${record.problem}.`);
  const kept = pick(record.members, keep);
  if (kept === null) return result;
  if (result.status === 'refused') return { ...result, keep: kept };
  return { ...result, document: { ...result.document, keep: kept } };
}

/** What is in a record, whatever kind of file it stands in. */
export function parseAnyRecord(found: RecordBytes, fields: RecordFields): ParsedRecord {
  if (found.kind === 'jsonl') return parseRecord(found.bytes, fields);
  if (found.header !== null) return parseCsvRecord(found.header, found.bytes, fields);
  const problem = `is longer than the ${maxCsvHeaderBytes} bytes that a header may have`;
  return { status: 'unusable', problem, id: null, members: {} };
}

/** The members of a record that are to be kept; null when there are none. */
function pick(members: JsonObject, names: readonly string[]): Record<string, JsonValue> | null {
  const kept = names.flatMap((name) => {
    const value = memberAt(members, name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return kept.length === 0 ? null : Object.fromEntries(kept);
}
