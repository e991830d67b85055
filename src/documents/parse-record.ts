import { isUtf8 } from 'node:buffer';
import { type JsonObject, type JsonValue, isJsonObject } from '../../schemas/json.ts';
import { maxOwnIdLength, maxRecordDepth } from './limits.ts';

/** A usable record: `id` is its own id, if it has one; `lossy` when its bytes were not all UTF-8. */
export type ParsedRecord = {
  readonly id: string | null;
  readonly text: string;
  readonly lossy: boolean;
  readonly members: JsonObject;
};

/**
 * Parses one line of a JSONL file; a string says what is wrong with it. An own id is never altered, since results are
 * joined on it: a string of 1 to 1024 characters without control characters and lone surrogates, or a number, which is
 * taken as it stands in the record.
 */
export function parseRecord(bytes: Buffer): ParsedRecord | string {
  const json = bytes.toString('utf8');
  if (isDeeperThan(maxRecordDepth, json)) return `is nested deeper than ${maxRecordDepth} levels`;
  const members = parseObject(json);
  if (members === null) return 'is not a JSON object';
  const text = ownMember(members, 'text');
  if (typeof text !== 'string') return 'has no string member `text`';
  const id = readOwnId(ownMember(members, 'id') ?? null, json);
  if (id === undefined) return 'has an `id` that is neither a number nor a usable string';
  return { id, text, lossy: !isUtf8(bytes), members };
}

/** The member `name` of a parsed object, never an inherited one. */
export function ownMember(members: JsonObject, name: string): JsonValue | undefined {
  return Object.hasOwn(members, name) ? members[name] : undefined;
}

/** Counts brackets outside of strings, so that hostile nesting never reaches the parser. */
function isDeeperThan(limit: number, json: string): boolean {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < json.length; index += 1) {
    const character = json[index];
    if (inString && character === '\\') index += 1;
    else if (character === '"') inString = !inString;
    else if (inString) continue;
    else if (character === '[' || character === '{') depth += 1;
    else if (character === ']' || character === '}') depth -= 1;
    if (depth > limit) return true;
  }
  return false;
}

function parseObject(json: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(json);
    return isJsonObject(value) ? value : null;
  } catch {
    return null;
  }
}

/** The record's own id, null if it has none, undefined if it cannot be one. */
function readOwnId(id: JsonValue, json: string): string | null | undefined {
  if (id === null) return null;
  const text = typeof id === 'number' ? numberAsWritten(json) : id;
  if (typeof text !== 'string' || text === '' || text.length > maxOwnIdLength) return undefined;
  return text.isWellFormed() && !/\p{Cc}/u.test(text) ? text : undefined;
}

function numberAsWritten(json: string): string | undefined {
  const written = new Map<unknown, string | undefined>();
  const record: unknown = JSON.parse(
    json,
    function (this: unknown, key, value: unknown, context?: { source?: string }) {
      if (key === 'id') written.set(this, context?.source);
      return value;
    },
  );
  return written.get(record);
}
