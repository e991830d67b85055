import type { JsonObject, JsonValue } from '../../schemas/json.ts';
import { checkText } from './decode-text.ts';
import type { ReadResult, Reading } from './document.ts';
import { memberAt } from './own-member.ts';
import { parseRecord } from './parse-record.ts';
import { refuse } from './refuse.ts';

/** The document in one record of a JSONL file, with the members to keep, which are carried through whatever becomes of it. */
export function readRecord(bytes: Buffer, { records, keep }: Reading): ReadResult {
  const record = parseRecord(bytes, records);
  const result =
    record.status === 'usable'
      ? checkText(record.text, record.lossy)
      : refuse('INVALID_RECORD', `The record ${record.problem}.`);
  const kept = pick(record.members, keep);
  if (kept === null) return result;
  if (result.status === 'refused') return { ...result, keep: kept };
  return { ...result, document: { ...result.document, keep: kept } };
}

/** The members of a record that are to be kept; null when there are none. */
function pick(members: JsonObject, names: readonly string[]): Record<string, JsonValue> | null {
  const kept = names.flatMap((name) => {
    const value = memberAt(members, name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return kept.length === 0 ? null : Object.fromEntries(kept);
}
