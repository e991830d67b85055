import type { JsonObject } from '../../schemas/json.ts';
import { AppError } from '../errors.ts';

/**
 * Reads fields in short form as an output schema. Fields are separated by commas; each is
 * `name [\[\]] [type] [: description]`, where `[]` makes a list and the type is one word, labels (`a|b|c`) or fields in
 * braces. Without a type, text behind the colon that has a `|` is labels (`category: billing|other`). Types:
 * `text` (the default), `number`, `date` and `currency` are copied from the document, `int` and `free` text are written
 * by the model, `bool` is true or false; all of them but `bool` are nullable. Throws `TASK_INVALID` with the column.
 */
export function parseShortForm(source: string): JsonObject {
  const cursor: Cursor = { source, at: 0 };
  const schema = readFields(cursor, MAX_DEPTH);
  if (cursor.at < source.length) {
    throw wrong(cursor, 'a comma or the end');
  }
  return schema;
}

/** Levels of fields; a compiled schema may have no more either. */
const MAX_DEPTH = 10;

type Cursor = { readonly source: string; at: number };

function readFields(cursor: Cursor, levels: number): JsonObject {
  if (levels < 0) {
    throw wrong(cursor, `at most ${MAX_DEPTH} levels of braces`);
  }
  const fields: [name: string, schema: JsonObject][] = [];
  do {
    const start = skipSpace(cursor);
    const field = readField(cursor, levels);
    if (fields.some(([name]) => name === field[0])) {
      throw wrong({ ...cursor, at: start }, 'a name that is not taken yet');
    }
    fields.push(field);
  } while (take(cursor, /,/y) !== undefined);
  return {
    type: 'object',
    properties: Object.fromEntries(fields),
    required: fields.map(([name]) => name),
    additionalProperties: false,
  };
}

function readField(cursor: Cursor, levels: number): [name: string, schema: JsonObject] {
  const name = take(cursor, /[\p{L}_][\p{L}\p{N}_-]*/uy);
  if (name === undefined) {
    throw wrong(cursor, 'a field name');
  }
  const isList = take(cursor, /\[\s*\]/y) !== undefined;
  const type = readType(cursor, levels);
  const hasText = take(cursor, /:/y) !== undefined;
  const start = skipSpace(cursor);
  const text = hasText ? readText(cursor) : undefined;
  const isLabels = type === undefined && text?.includes('|') === true;
  const schema = isLabels ? toLabels(text, { ...cursor, at: start }) : (type ?? verbatimText);
  const described = isLabels || text === undefined ? {} : { description: text };
  return [name, { ...(isList ? toList(schema) : toField(schema)), ...described }];
}

function readType(cursor: Cursor, levels: number): JsonObject | undefined {
  if (take(cursor, /\{/y) !== undefined) {
    const schema = readFields(cursor, levels - 1);
    if (take(cursor, /\}/y) === undefined) {
      throw wrong(cursor, 'a comma or `}`');
    }
    return schema;
  }
  const start = skipSpace(cursor);
  const word = take(cursor, /[^\s,:{}[\]]+/y);
  if (word === undefined) {
    return undefined;
  }
  const schema = word.includes('|') ? toLabels(word, { ...cursor, at: start }) : types.get(word.toLowerCase());
  if (schema === undefined) {
    throw wrong(
      { ...cursor, at: start },
      `a type (${[...types.keys()].join(', ')}), labels (\`a|b\`), a colon or a comma`,
    );
  }
  return schema;
}

function readText(cursor: Cursor): string {
  const text = take(cursor, /[^,{}]+/y)?.trim();
  if (text === undefined || text === '') {
    throw wrong(cursor, 'a description, or labels (`a|b`)');
  }
  return text;
}

const verbatimText: JsonObject = { type: 'string', 'x-docmill': { verbatim: true } };
const verbatimNumber: JsonObject = { type: 'number', 'x-docmill': { verbatim: true, normalize: 'number' } };
const integer: JsonObject = { type: 'integer' };
const boolean: JsonObject = { type: 'boolean' };

const types: ReadonlyMap<string, JsonObject> = new Map([
  ['text', verbatimText],
  ['string', verbatimText],
  ['number', verbatimNumber],
  ['date', { type: 'string', 'x-docmill': { verbatim: true, normalize: 'date' } }],
  ['currency', { type: 'string', 'x-docmill': { verbatim: true, normalize: 'currency' } }],
  ['int', integer],
  ['integer', integer],
  ['bool', boolean],
  ['boolean', boolean],
  ['free', { type: 'string' }],
]);

function toLabels(text: string, start: Cursor): JsonObject {
  const labels = text.split('|').map((label) => label.trim());
  if (labels.includes('') || new Set(labels).size < labels.length) {
    throw wrong(start, 'different labels between the `|`');
  }
  return { type: 'string', enum: labels };
}

/** Classes and containers are always there; any other value may be absent from the document. */
function toField(schema: JsonObject): JsonObject {
  const isAlwaysThere = 'enum' in schema || schema['type'] === 'boolean' || schema['type'] === 'object';
  return isAlwaysThere ? schema : { ...schema, type: [schema['type'] ?? 'string', 'null'] };
}

/** An item that is there has a value, except that a copied text may turn out to be no number, date or currency. */
function toList(schema: JsonObject): JsonObject {
  const items = schema === verbatimText || schema['x-docmill'] === undefined ? schema : toField(schema);
  return { type: 'array', items, ...('enum' in schema ? { uniqueItems: true } : {}) };
}

function take(cursor: Cursor, pattern: RegExp): string | undefined {
  skipSpace(cursor);
  const sticky = new RegExp(pattern);
  sticky.lastIndex = cursor.at;
  const text = sticky.exec(cursor.source)?.[0];
  cursor.at += text?.length ?? 0;
  return text;
}

function skipSpace(cursor: Cursor): number {
  const rest = cursor.source.slice(cursor.at);
  cursor.at += rest.length - rest.trimStart().length;
  return cursor.at;
}

function wrong({ source, at }: Cursor, expected: string): AppError {
  const found = at < source.length ? `\`${source.slice(at, at + 20)}\`` : 'the end';
  return new AppError(
    'TASK_INVALID',
    `The schema is wrong at column ${at + 1}: expected ${expected}, found ${found}.`,
    {
      details: { column: at + 1 },
    },
  );
}
