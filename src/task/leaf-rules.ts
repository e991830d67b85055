import { z } from 'zod';
import type { ArrayField, Field, ObjectField, VerbatimField } from './field.ts';

export type Leaf = Exclude<Field, ObjectField | ArrayField>;

/** A verbatim value is a text while it is `copied`, and what its normalisation makes of it once it is `final`. */
export type Stage = 'copied' | 'final';

/** Whether a value that is not null is one that the leaf allows. */
export function fitsLeaf(leaf: Leaf, value: unknown, stage: Stage): boolean {
  switch (leaf.type) {
    case 'label':
      return leaf.labels.some((label) => label === value);
    case 'boolean':
      return typeof value === 'boolean';
    case 'integer':
      return Number.isInteger(value) && isBetween(value, leaf);
    case 'number':
      return isBetween(value, leaf);
    case 'date':
      return isDate(value);
    case 'string':
      return isText(value, leaf.minLength, leaf.maxLength);
    case 'verbatim':
      return stage === 'copied' ? isCopied(leaf, value) : isNormalized(leaf, value);
    default:
      return leaf satisfies never;
  }
}

/** What the leaf allows, as the end of a sentence: `a number from 0 to 5`. */
export function describeLeaf(leaf: Leaf, stage: Stage): string {
  switch (leaf.type) {
    case 'label':
      return leaf.labels.length === 1 ? 'the one label' : `one of ${leaf.labels.length} labels`;
    case 'boolean':
      return 'a boolean';
    case 'integer':
      return `an integer from ${leaf.minimum} to ${leaf.maximum}`;
    case 'number':
      return `a number from ${leaf.minimum} to ${leaf.maximum}`;
    case 'date':
      return 'a date `YYYY-MM-DD`';
    case 'string':
      return `a string of ${leaf.minLength} to ${leaf.maxLength} characters`;
    case 'verbatim':
      return stage === 'copied' || leaf.normalize === undefined
        ? `a text of 1 to ${leaf.maxLength} characters on one line, without white space at its ends`
        : normalized[leaf.normalize];
    default:
      return leaf satisfies never;
  }
}

const normalized = {
  date: 'a date `YYYY-MM-DD`',
  number: 'a number',
  currency: 'an ISO 4217 code',
} as const satisfies Record<NonNullable<VerbatimField['normalize']>, string>;

const dateSchema = z.iso.date();

function isBetween(value: unknown, range: { readonly minimum: number; readonly maximum: number }): boolean {
  // NaN and the infinities are outside every range.
  return typeof value === 'number' && value >= range.minimum && value <= range.maximum;
}

function isDate(value: unknown): boolean {
  return dateSchema.safeParse(value).success;
}

function isText(value: unknown, minLength: number, maxLength: number): value is string {
  if (typeof value !== 'string') {
    return false;
  }
  const surrogatePairs = value.match(/[\uD800-\uDBFF][\uDC00-\uDFFF]/g)?.length ?? 0;
  const codePoints = value.length - surrogatePairs;
  return codePoints >= minLength && codePoints <= maxLength;
}

function isCopied(leaf: VerbatimField, value: unknown): boolean {
  return isText(value, 1, leaf.maxLength) && value === value.trim() && !/[\r\n]/.test(value);
}

function isNormalized(leaf: VerbatimField, value: unknown): boolean {
  switch (leaf.normalize) {
    case undefined:
      return isCopied(leaf, value);
    case 'date':
      return isDate(value);
    case 'number':
      return Number.isFinite(value);
    case 'currency':
      return typeof value === 'string' && /^[A-Z]{3}$/.test(value);
    default:
      return leaf.normalize satisfies never;
  }
}
