import { type JsonValue, type Pointer, isJsonArray, pointerTo } from '../../schemas/json.ts';
import { compileVerbatimNumber, compileVerbatimString } from './compile-verbatim.ts';
import type { ArrayField, Field, FieldKind } from './field.ts';
import { type Place, readInteger, readLength } from './schema-node.ts';
import { schemaUnsupported } from './schema-unsupported.ts';
import { worstCaseBytes } from './worst-case.ts';

const MAX_LABELS = 1000;
const DEFAULT_MAX_ITEMS = 32;
const MAX_ITEMS = 256;
/** Lists in lists multiply; no model holds a thousandth of this. */
const MAX_ARRAY_BYTES = 1_000_000_000;

/** The labels of an `enum` or `const`; the field is nullable when null is one of the values and the type allows it. */
export function compileLabels(place: Place, typeAllowsNull: boolean): Field {
  const keyword = 'enum' in place.schema ? 'enum' : 'const';
  const pointer = pointerTo(place.pointer, keyword);
  if (keyword === 'enum' && 'const' in place.schema) {
    throw schemaUnsupported(pointerTo(place.pointer, 'const'), '`enum` and `const` stand side by side');
  }
  const values = keyword === 'const' ? [place.schema['const'] ?? null] : place.schema['enum'];
  if (!isJsonArray(values)) {
    throw schemaUnsupported(pointer, 'expected a list of strings');
  }
  const labels = values.filter((value) => value !== null);
  checkLabels(labels, pointer);
  const nullable = labels.length < values.length;
  if ('type' in place.schema && nullable !== typeAllowsNull) {
    throw schemaUnsupported(pointer, '`type` and the values disagree whether null is allowed');
  }
  return { nullable, type: 'label', labels };
}

/** An array of items; an array with `uniqueItems` is a multi-label field. */
export function compileArray(place: Place, items: Field): ArrayField {
  const unique = 'uniqueItems' in place.schema ? place.schema['uniqueItems'] : false;
  if (typeof unique !== 'boolean' || (unique && (items.type !== 'label' || items.nullable))) {
    throw schemaUnsupported(
      pointerTo(place.pointer, 'uniqueItems'),
      'only arrays of labels (`enum` without null) can have unique items',
    );
  }
  const distinct = unique && items.type === 'label' ? items.labels.length : MAX_ITEMS;
  const stated = readInteger(place, 'maxItems', { from: 1, to: MAX_ITEMS, fallback: DEFAULT_MAX_ITEMS });
  const maxItems = Math.min(stated, distinct);
  const minItems = readInteger(place, 'minItems', { from: 0, to: maxItems, fallback: 0 });
  const field = { type: 'array', items, minItems, maxItems, unique } as const;
  if (worstCaseBytes({ nullable: false, ...field }) > MAX_ARRAY_BYTES) {
    throw schemaUnsupported(
      place.pointer,
      `its longest value would have more than ${MAX_ARRAY_BYTES} bytes; lower \`maxItems\` or \`maxLength\``,
    );
  }
  return field;
}

/** A free string, a date, or a text that is copied from the document. */
export function compileString(place: Place): FieldKind {
  const { schema } = place;
  const date = readDateFormat(place);
  if ('x-docmill' in schema) {
    return compileVerbatimString(place, date);
  }
  if (date) {
    for (const keyword of ['minLength', 'maxLength']) {
      if (keyword in schema) {
        throw schemaUnsupported(pointerTo(place.pointer, keyword), 'a date always has 10 characters');
      }
    }
    return { type: 'date' };
  }
  const maxLength = readLength(place);
  const minLength = readInteger(place, 'minLength', { from: 0, to: maxLength, fallback: 0 });
  return { type: 'string', minLength, maxLength };
}

/** A number with both bounds, or a number that is copied from the document. */
export function compileNumber(place: Place, type: 'integer' | 'number'): FieldKind {
  if ('x-docmill' in place.schema) {
    return compileVerbatimNumber(place);
  }
  const limit = type === 'integer' ? Number.MAX_SAFE_INTEGER : 1e15;
  // `exclusive…` stands on integers only; floor and ceil turn a fraction into the nearest integer inside.
  const minimum = Math.max(
    readBound(place, 'minimum', -limit, type === 'integer' ? Math.ceil : undefined),
    readBound(place, 'exclusiveMinimum', -limit - 1, Math.floor) + 1,
  );
  const maximum = Math.min(
    readBound(place, 'maximum', limit, type === 'integer' ? Math.floor : undefined),
    readBound(place, 'exclusiveMaximum', limit + 1, Math.ceil) - 1,
  );
  if (minimum > maximum) {
    throw schemaUnsupported(place.pointer, 'no number lies between its bounds');
  }
  return { type, minimum, maximum };
}

function checkLabels(labels: readonly JsonValue[], pointer: Pointer): asserts labels is readonly string[] {
  if (labels.length === 0 || labels.length > MAX_LABELS) {
    throw schemaUnsupported(pointer, `expected 1 to ${MAX_LABELS} labels, got ${labels.length}`);
  }
  const seen = new Set<JsonValue>();
  for (const label of labels) {
    if (typeof label !== 'string') {
      throw schemaUnsupported(pointer, `only strings can be labels, got \`${JSON.stringify(label)}\``);
    }
    // `__proto__` could not be a member of the labels' probabilities, and a parser that has met the member `\` takes `"` for
    // it later on (V8 in Node 24).
    if (!label.isWellFormed() || label === '__proto__' || label === '\\') {
      throw schemaUnsupported(
        pointer,
        `label ${JSON.stringify(label)} cannot be written as JSON member; choose another`,
      );
    }
    if (seen.has(label)) {
      throw schemaUnsupported(pointer, `label \`${label}\` stands in it twice`);
    }
    seen.add(label);
  }
}

function readDateFormat(place: Place): boolean {
  const format = place.schema['format'];
  if (format !== undefined && format !== 'date') {
    throw schemaUnsupported(pointerTo(place.pointer, 'format'), 'only the format `date` can be enforced');
  }
  return format === 'date';
}

function readBound(place: Place, keyword: string, fallback: number, round = (value: number) => value): number {
  const value = place.schema[keyword];
  if (value === undefined) {
    return fallback;
  }
  const limit = Math.abs(fallback);
  const pointer = pointerTo(place.pointer, keyword);
  if (typeof value !== 'number' || Math.abs(value) > limit) {
    throw schemaUnsupported(pointer, `expected a number from ${-limit} to ${limit}, got \`${JSON.stringify(value)}\``);
  }
  return round(value);
}
