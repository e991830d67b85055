import type { JsonObject } from '../../../schemas/json.ts';
import type { supportedKeywords } from '../../../src/task/supported-keywords.ts';
import { anObject } from './a-task.ts';

const text: JsonObject = { type: 'string' };
const verbatim: JsonObject = { type: 'string', 'x-docmill': { verbatim: true } };
const label: JsonObject = { enum: ['a'] };
const union = [text, { type: 'null' }];

/** A field for every keyword that a field may have; `$ref` wants `#/$defs/text`. */
export const examplesOfKeywords = {
  type: text,
  properties: anObject({ a: text }),
  required: anObject({ a: text }),
  additionalProperties: anObject({ a: text }),
  items: { type: 'array', items: text },
  minItems: { type: 'array', items: text, minItems: 1 },
  maxItems: { type: 'array', items: text, maxItems: 1 },
  uniqueItems: { type: 'array', items: label, uniqueItems: true },
  minLength: { type: 'string', minLength: 20 },
  maxLength: { type: 'string', maxLength: 1 },
  format: { type: 'string', format: 'date' },
  minimum: { type: 'number', minimum: 1 },
  maximum: { type: 'integer', maximum: 1 },
  exclusiveMinimum: { type: 'integer', exclusiveMinimum: 1 },
  exclusiveMaximum: { type: 'integer', exclusiveMaximum: 1 },
  enum: label,
  const: { const: 'a' },
  anyOf: { anyOf: union },
  oneOf: { oneOf: union },
  $ref: { $ref: '#/$defs/text' },
  'x-docmill': verbatim,
  title: { ...text, title: 'T' },
  description: { ...label, description: 'D' },
  default: { type: 'boolean', default: true },
  examples: { anyOf: union, examples: [null] },
  $comment: { $ref: '#/$defs/text', $comment: 'C' },
} satisfies Partial<Record<keyof typeof supportedKeywords, JsonObject>>;
