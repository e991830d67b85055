import { isUtf8 } from 'node:buffer';
import { type JsonObject, type JsonValue, isJsonObject, valueAt } from '../../schemas/json.ts';
import type { RecordFields } from '../../schemas/run.ts';
import { maxOwnIdLength, maxRecordDepth } from './limits.ts';
import { isOpenaiRequest, textOfRequest } from './openai-request.ts';
import { memberAt, splitMember } from './own-member.ts';

/**
 * What is in a record: its own id, if it has one that can be one, and its members. Of a usable one the text, `lossy` when
 * not all bytes were UTF-8; of any other what is wrong with it.
 */
export type ParsedRecord = { readonly id: string | null; readonly members: JsonObject } & (
  | { readonly status: 'usable'; readonly text: string; readonly lossy: boolean }
  | { readonly status: 'unusable'; readonly problem: string }
);

/**
 * Parses one line of a JSONL file. `fields` say where text and id stand, else `text` and `id`; what holds no `text` may
 * be a request of an OpenAI batch. An own id is never altered, since results are joined on it: a string of 1 to 1024
 * characters without control characters and lone surrogates, or a number, which is taken as it stands in the record.
 */
export function parseRecord(bytes: Buffer, fields: RecordFields): ParsedRecord {
  const json = bytes.toString('utf8');
  if (isDeeperThan(maxRecordDepth, json)) return nothingIn(`is nested deeper than ${maxRecordDepth} levels`);
  const members = parseObject(json);
  if (members === null) return nothingIn('is not a JSON object');
  const { request, textField, idField } = chooseFields(members, fields);
  const id = readOwnId(memberAt(members, idField) ?? null, json, idField);
  if (id === undefined) {
    return unusable(`has as \`${idField}\` neither a number nor a usable string`, { id: null, members });
  }
  const text = request ? textOfRequest(members) : memberAt(members, textField);
  if (typeof text === 'string') return { status: 'usable', id, members, text, lossy: !isUtf8(bytes) };
  const problem = request
    ? 'is a request without a user message of text alone'
    : `has no string member \`${textField}\``;
  return unusable(problem, { id, members });
}

function chooseFields(members: JsonObject, { textField, idField }: RecordFields) {
  const request = textField === undefined && !Object.hasOwn(members, 'text') && isOpenaiRequest(members);
  return { request, textField: textField ?? 'text', idField: idField ?? (request ? 'custom_id' : 'id') };
}

function nothingIn(problem: string): ParsedRecord {
  return unusable(problem, { id: null, members: {} });
}

function unusable(problem: string, found: Pick<ParsedRecord, 'id' | 'members'>): ParsedRecord {
  return { status: 'unusable', problem, ...found };
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
function readOwnId(id: JsonValue, json: string, idField: string): string | null | undefined {
  if (id === null) return null;
  const text = typeof id === 'number' ? numberAsWritten(json, idField) : id;
  return isOwnId(text) ? text : undefined;
}

/** Whether a value can be the id of a document as it is: lines are joined on it. */
export function isOwnId(id: unknown): id is string {
  if (typeof id !== 'string' || id === '' || id.length > maxOwnIdLength) return false;
  return id.isWellFormed() && !/\p{Cc}/u.test(id);
}

function numberAsWritten(json: string, idField: string): string | undefined {
  const { holder, name } = splitMember(idField);
  const written = new Map<unknown, string | undefined>();
  const record: unknown = JSON.parse(
    json,
    function (this: unknown, key, value: unknown, context?: { source?: string }) {
      if (key === name) written.set(this, context?.source);
      return value;
    },
  );
  return isJsonObject(record) ? written.get(valueAt(record, holder)) : undefined;
}
