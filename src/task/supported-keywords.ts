/** What a schema node is, before its bounds are read. */
export type SchemaForm =
  | 'object'
  | 'array'
  | 'string'
  | 'integer'
  | 'number'
  | 'boolean'
  | 'labels'
  | 'union'
  | 'reference';

type Keyword = { readonly forms: readonly SchemaForm[] | 'all' | 'root'; readonly meaning: string };

/** Every JSON Schema keyword that an output schema may hold, and where. Anything else is refused, never ignored. */
export const supportedKeywords = {
  type: {
    forms: ['object', 'array', 'string', 'integer', 'number', 'boolean', 'labels'],
    meaning: 'One type, or one type and `"null"` for a value that may be absent from the document.',
  },
  properties: {
    forms: ['object'],
    meaning:
      'The fields; the model writes them in this order. No name holds a quote, a backslash or a control character.',
  },
  required: { forms: ['object'], meaning: 'Must list every property: what may be absent is nullable.' },
  additionalProperties: { forms: ['object'], meaning: 'Absent or `false`.' },
  items: { forms: ['array'], meaning: 'The schema of each item.' },
  minItems: { forms: ['array'], meaning: 'Default 0.' },
  maxItems: { forms: ['array'], meaning: 'Default 32, at most 256.' },
  uniqueItems: { forms: ['array'], meaning: 'Only for items with an `enum`: a multi-label field.' },
  minLength: { forms: ['string'], meaning: 'In code points, default 0; at most 1 for a verbatim string.' },
  maxLength: { forms: ['string'], meaning: 'In code points, default 256, at most 4096.' },
  format: { forms: ['string'], meaning: 'Only `date`: `YYYY-MM-DD`.' },
  minimum: { forms: ['integer', 'number'], meaning: 'Default −(2^53−1) for integers, −10^15 for numbers.' },
  maximum: { forms: ['integer', 'number'], meaning: 'Default 2^53−1 for integers, 10^15 for numbers.' },
  exclusiveMinimum: { forms: ['integer'], meaning: 'The same as the next integer as `minimum`.' },
  exclusiveMaximum: { forms: ['integer'], meaning: 'The same as the previous integer as `maximum`.' },
  enum: { forms: ['labels'], meaning: 'At most 1,000 strings, and `null` for a nullable field.' },
  const: { forms: ['labels'], meaning: 'A string: an `enum` of one.' },
  anyOf: { forms: ['union'], meaning: 'A schema and `{"type":"null"}`: a nullable field.' },
  oneOf: { forms: ['union'], meaning: 'The same as `anyOf`.' },
  $ref: { forms: ['reference'], meaning: 'A place in the same schema (`#/$defs/…`), without recursion.' },
  'x-docmill': {
    forms: ['string', 'number'],
    meaning: '`{"verbatim":true}` copies the value from the document; `"normalize"` is `date`, `number` or `currency`.',
  },
  title: { forms: 'all', meaning: 'Ignored.' },
  description: { forms: 'all', meaning: 'Ignored, except in instructions that are written for a task without any.' },
  default: { forms: 'all', meaning: 'Ignored.' },
  examples: { forms: 'all', meaning: 'Ignored.' },
  $comment: { forms: 'all', meaning: 'Ignored.' },
  $schema: { forms: 'root', meaning: 'Ignored.' },
  $id: { forms: 'root', meaning: 'Ignored.' },
  $defs: { forms: 'root', meaning: 'Schemas for `$ref`.' },
  definitions: { forms: 'root', meaning: 'Schemas for `$ref`.' },
} as const satisfies Record<string, Keyword>;

/** Whether a schema node of this form may hold the keyword; `root` is the output schema itself. */
export function supportsKeyword(keyword: string, form: SchemaForm, root: boolean): boolean {
  const forms = keywordForms.get(keyword) ?? [];
  return forms === 'all' || (forms === 'root' ? root : forms.includes(form));
}

// A map, because a keyword may be called like a member that every object inherits.
const keywordForms = new Map<string, Keyword['forms']>(
  Object.entries(supportedKeywords).map(([keyword, { forms }]) => [keyword, forms]),
);
