import type { ArrayField, Field } from './field.ts';

/**
 * The most UTF-8 bytes that the compact JSON of a valid answer can have. Every token covers at least one byte, so this
 * bounds tokens as well.
 */
export function worstCaseBytes(field: Field): number {
  return field.nullable ? Math.max(worstValue(field), NULL_BYTES) : worstValue(field);
}

const NULL_BYTES = 4;
const QUOTES = 2;
/** `\u0000`: no code point takes more bytes in JSON; unescaped ones take up to 4. */
const BYTES_PER_CODE_POINT = 6;
/** `-0.0000012345678901234567`: the longest double that JavaScript writes. */
const NUMBER_BYTES = 25;
/** `-1000000000000000.`: no bound is larger. */
const WHOLE_NUMBER_BYTES = 18;
/** The model writes no more decimals. */
const MAX_DECIMALS = 20;

function worstValue(field: Field): number {
  switch (field.type) {
    case 'object':
      return joined(field.properties.map(({ name, field: member }) => jsonBytes(name) + 1 + worstCaseBytes(member)));
    case 'array':
      return worstArray(field);
    case 'label':
      return Math.max(...field.labels.map(jsonBytes));
    case 'boolean':
      return 'false'.length;
    case 'integer':
      return Math.max(String(field.minimum).length, String(field.maximum).length);
    case 'number':
      return Math.max(
        NUMBER_BYTES,
        WHOLE_NUMBER_BYTES + decimalsOf(field.minimum),
        WHOLE_NUMBER_BYTES + decimalsOf(field.maximum),
      );
    case 'date':
      return QUOTES + 'YYYY-MM-DD'.length;
    case 'string':
    case 'verbatim':
      return QUOTES + BYTES_PER_CODE_POINT * field.maxLength;
    default:
      return field satisfies never;
  }
}

/** A bound with many decimals lets all numbers have as many. */
function decimalsOf(bound: number): number {
  const [mantissa = '', exponent = '0'] = String(bound).split('e');
  const [, fraction = ''] = mantissa.split('.');
  return Math.min(MAX_DECIMALS, Math.max(0, fraction.length - Number(exponent)));
}

function worstArray(field: ArrayField): number {
  if (field.unique && field.items.type === 'label') {
    const longestFirst = field.items.labels.map(jsonBytes).sort((left, right) => right - left);
    return joined(longestFirst.slice(0, field.maxItems));
  }
  // Once for all items: nested arrays would multiply the time as they multiply the bytes.
  const item = worstCaseBytes(field.items);
  return joined(Array.from({ length: field.maxItems }, () => item));
}

/** Brackets around, commas between. */
function joined(parts: readonly number[]): number {
  return 2 + parts.reduce((total, part) => total + part, 0) + Math.max(0, parts.length - 1);
}

function jsonBytes(text: string): number {
  return Buffer.byteLength(JSON.stringify(text));
}
