import type { JsonValue } from '../../schemas/json.ts';
import { checkText } from './decode-text.ts';
import type { ReadResult } from './document.ts';
import { ownMember, parseRecord } from './parse-record.ts';
import { refuse } from './refuse.ts';

/** The document in one record of a JSONL file, with the members `keep`, which are carried through whatever becomes of it. */
export function readRecord(bytes: Buffer, keep: readonly string[]): ReadResult {
  const record = parseRecord(bytes);
  if (typeof record === 'string') return refuse('INVALID_RECORD', `The record ${record}.`);
  const result = checkText(record.text, record.lossy);
  const kept = pick(record.members, keep);
  if (kept === null) return result;
  if (result.status === 'refused') return { ...result, keep: kept };
  return { ...result, document: { ...result.document, keep: kept } };
}

/** The members of a record that are to be kept; null when there are none. */
function pick(
  members: Readonly<Record<string, JsonValue>>,
  names: readonly string[],
): Record<string, JsonValue> | null {
  const kept = names.flatMap((name) => {
    const value = ownMember(members, name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return kept.length === 0 ? null : Object.fromEntries(kept);
}
