import { isUtf8 } from 'node:buffer';
import { CsvError, parse } from 'csv-parse/sync';
import type { JsonObject } from '../../schemas/json.ts';
import type { RecordFields } from '../../schemas/run.ts';
import { detectDelimiter } from './csv-header.ts';
import { ownMember } from './own-member.ts';
import { type ParsedRecord, isOwnId } from './parse-record.ts';

/**
 * Parses one record of a CSV file with the columns that the file's header names. `fields` say which column holds the text,
 * which the id, else `text` and `id`. An empty id is none.
 */
export function parseCsvRecord(header: Buffer, bytes: Buffer, fields: RecordFields): ParsedRecord {
  const delimiter = detectDelimiter(header);
  const columns = parseRow(header, delimiter);
  const values = parseRow(bytes, delimiter);
  const nothing = { id: null, members: {} };
  if (columns === null || values === null) return unusable('has a quote that is not closed', nothing);
  if (columns.length !== values.length) {
    return unusable(`has ${values.length} fields where the header has ${columns.length}`, nothing);
  }
  const members: JsonObject = Object.fromEntries(columns.map((name, index) => [name, values[index] ?? '']));
  const { textColumn = 'text', idColumn = 'id' } = fields;
  const id = ownMember(members, idColumn) ?? '';
  if (id !== '' && !isOwnId(id)) return unusable(`has as \`${idColumn}\` no usable string`, { id: null, members });
  const found = { id: id === '' ? null : id, members };
  const text = ownMember(members, textColumn);
  if (typeof text !== 'string') return unusable(`has no column \`${textColumn}\``, found);
  return { status: 'usable', ...found, text, lossy: !isUtf8(bytes) };
}

/** Whether a file with this header has the column. */
export function hasColumn(header: Buffer, name: string): boolean {
  return parseRow(header, detectDelimiter(header))?.includes(name) === true;
}

function unusable(problem: string, found: Pick<ParsedRecord, 'id' | 'members'>): ParsedRecord {
  return { status: 'unusable', problem, ...found };
}

/** The fields of one record; null when a quote is not closed. A quote within a field that began without one is text. */
function parseRow(bytes: Buffer, delimiter: number): string[] | null {
  try {
    const options = { bom: true, delimiter: String.fromCharCode(delimiter), relax_quotes: true };
    return parse(bytes, options)[0] ?? [''];
  } catch (error) {
    if (error instanceof CsvError) return null;
    throw error;
  }
}
