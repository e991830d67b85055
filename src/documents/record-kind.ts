import type { Source } from '../../schemas/plan.ts';

/** What a file of records is made of: JSON objects, one a line, or the rows of a table. */
export type RecordKind = 'jsonl' | 'csv';

/** What kind of records a file holds, by its name; null for a file that is one document. */
export function recordKindOf(name: string): RecordKind | null {
  if (/\.(jsonl|ndjson)$/i.test(name)) return 'jsonl';
  return /\.(csv|tsv)$/i.test(name) ? 'csv' : null;
}

/** What kind of record a source names; null for one that names a whole document. */
export function kindOfSource({ path, member, offset, header }: Source): RecordKind | null {
  if (offset === undefined) return null;
  if (header !== undefined) return 'csv';
  return member === undefined ? (recordKindOf(path) ?? 'jsonl') : recordKindOf(member);
}
