import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonObject, JsonValue } from '../../../schemas/json.ts';
import { type Task, taskSchema } from '../../../schemas/task.ts';
import { AppError } from '../../../src/errors.ts';
import { compileTask } from '../../../src/task/compile-task.ts';
import { supportedKeywords } from '../../../src/task/supported-keywords.ts';
import { aTask, anObject } from './a-task.ts';
import { outputArbitrary } from './arbitrary-answer.ts';
import { examplesOfKeywords } from './keyword-examples.ts';

const text: JsonObject = { type: 'string' };
const verbatim: JsonObject = { type: 'string', 'x-docmill': { verbatim: true } };

function compileField(schema: JsonValue, members: JsonObject = {}) {
  return compileTask(aTask({ ...anObject({ x: schema }), ...members })).output.properties[0]?.field;
}

function hashOf(schema: JsonObject, members: Partial<Task> = {}): string {
  return compileTask(aTask(schema, members)).sha256;
}

function refusalOf(compile: () => unknown): { code: string; pointer: unknown } | undefined {
  try {
    compile();
    return undefined;
  } catch (error) {
    if (!(error instanceof AppError)) {
      throw error;
    }
    return { code: error.code, pointer: error.details['pointer'] };
  }
}

test('a schema compiles to the fields that it says, with every bound', () => {
  fc.assert(
    fc.property(outputArbitrary, ({ schema, field }) => {
      expect(compileTask(aTask(schema)).output).toEqual(field);
    }),
    { numRuns: 300 },
  );
});

test('bounds that a schema leaves out have defaults', () => {
  expect(compileField(text)).toEqual({ nullable: false, type: 'string', minLength: 0, maxLength: 256 });
  expect(compileField({ type: 'integer' })).toMatchObject({ minimum: -(2 ** 53 - 1), maximum: 2 ** 53 - 1 });
  expect(compileField({ type: 'number' })).toMatchObject({ minimum: -1e15, maximum: 1e15 });
  expect(compileField({ type: 'array', items: text })).toMatchObject({ minItems: 0, maxItems: 32, unique: false });
  expect(compileField(verbatim)).toEqual({ nullable: false, type: 'verbatim', maxLength: 256 });
});

test.each([
  { type: ['string', 'null'], enum: ['a', 'b', null] },
  { enum: ['a', 'b', null] },
  { anyOf: [{ enum: ['a', 'b'] }, { type: 'null' }] },
  { oneOf: [{ type: 'null' }, { type: 'string', enum: ['a', 'b'] }] },
  { anyOf: [{ $ref: '#/$defs/letter' }, { type: 'null' }], description: 'A letter.' },
])('a nullable field can be written as %j', (schema) => {
  const field = compileField(schema, { $defs: { letter: { enum: ['a', 'b'] } } });
  expect(field).toEqual({ nullable: true, type: 'label', labels: ['a', 'b'] });
});

test('a reference may lead into a list', () => {
  const $defs = { either: { anyOf: [{ type: 'null' }, { type: 'integer', minimum: 3, maximum: 3 }] } };
  const refer = (index: string) => () => compileField({ $ref: `#/$defs/either/anyOf/${index}` }, { $defs });
  expect(refer('1')()).toEqual({ nullable: false, type: 'integer', minimum: 3, maximum: 3 });
  for (const index of ['2', 'x1', '1x', '-1', 'length', '']) {
    expect(refer(index)).toThrow(`there is no schema at \`#/$defs/either/anyOf/${index}\``);
  }
});

test('a value that is null alone makes a union nullable too', () => {
  expect(compileField({ anyOf: [{ const: null }, { type: 'boolean' }] })).toEqual({ nullable: true, type: 'boolean' });
});

test('bounds may be the outermost ones, and meet', () => {
  expect(compileField({ type: 'number', minimum: -1e15, maximum: 1e15 })).toMatchObject({ minimum: -1e15 });
  expect(compileField({ type: 'number', minimum: 0.5, maximum: 0.5 })).toMatchObject({ minimum: 0.5, maximum: 0.5 });
});

test('a copied text that becomes a date may say so by its format', () => {
  const date = { type: 'string', format: 'date', 'x-docmill': { verbatim: true, normalize: 'date' } };
  expect(compileField(date)).toEqual({ nullable: false, type: 'verbatim', maxLength: 256, normalize: 'date' });
});

test('exclusive bounds of integers become the next integers', () => {
  expect(compileField({ type: 'integer', exclusiveMinimum: 0, exclusiveMaximum: 10 })).toMatchObject({
    minimum: 1,
    maximum: 9,
  });
  expect(compileField({ type: 'integer', minimum: 0.5, maximum: 9.5 })).toMatchObject({ minimum: 1, maximum: 9 });
});

test('a reference is replaced by what it names, wherever that is', () => {
  const schema = anObject({ from: { $ref: '#/$defs/a~1b%25' }, to: { $ref: '#/properties/from' } });
  const { output } = compileTask(aTask({ ...schema, $defs: { 'a/b%': verbatim } }));
  expect(output.properties.map(({ field }) => field.type)).toEqual(['verbatim', 'verbatim']);
});

test.each(Object.entries(examplesOfKeywords))('the supported keyword %s is understood', (keyword, schema) => {
  expect(Object.keys(schema)).toContain(keyword);
  expect(compileField(schema, { $defs: { text } })).toBeDefined();
});

test('every supported keyword is understood in a field or at the root', () => {
  const rootKeywords = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'x',
    $defs: {},
    definitions: {},
  };
  expect(compileField(text, rootKeywords)).toBeDefined();
  expect(Object.keys({ ...examplesOfKeywords, ...rootKeywords }).sort()).toEqual(Object.keys(supportedKeywords).sort());
});

const NO_TYPE =
  'expected one of `object`, `array`, `string`, `integer`, `number`, `boolean`, or a list of one of them and `null`';
const NO_SCHEMA = 'expected a schema object';
const NOT_UNIQUE = 'only arrays of labels (`enum` without null) can have unique items';
const NO_UNION = '`anyOf` must hold one schema and `{"type":"null"}`';
const REMOTE = 'only references within the schema (`#/$defs/…`) can be followed';

describe('a schema is refused with the pointer of the keyword', () => {
  test.each<[pointer: string, problem: string, schema: JsonValue]>([
    ['/properties/x/pattern', 'keyword `pattern` is not supported on this string', { type: 'string', pattern: '^a' }],
    ['/properties/x/format', 'only the format `date` can be enforced', { type: 'string', format: 'email' }],
    ['/properties/x/maxLength', 'expected an integer from 1 to 4096, got `5000`', { type: 'string', maxLength: 5000 }],
    [
      '/properties/x/minLength',
      'expected an integer from 0 to 2, got `3`',
      { type: 'string', minLength: 3, maxLength: 2 },
    ],
    ['/properties/x/maxLength', 'expected an integer from 1 to 4096, got `null`', { type: 'string', maxLength: null }],
    ['/properties/x/uniqueItems', NOT_UNIQUE, { type: 'array', items: { enum: ['a'] }, uniqueItems: null }],
    ['/properties/x/anyOf/0', NO_SCHEMA, { anyOf: [true, { type: 'null' }] }],
    ['/properties/x/minLength', 'expected an integer from 0 to 1, got `2`', { ...verbatim, minLength: 2 }],
    ['/properties/x/minimum', 'keyword `minimum` is not supported on this string', { type: 'string', minimum: 1 }],
    [
      '/properties/x/exclusiveMinimum',
      'keyword `exclusiveMinimum` is not supported on this number',
      { type: 'number', exclusiveMinimum: 0 },
    ],
    [
      '/properties/x/maximum',
      'expected a number from -1000000000000000 to 1000000000000000, got `1e+300`',
      { type: 'number', maximum: 1e300 },
    ],
    ['/properties/x', 'no number lies between its bounds', { type: 'integer', minimum: 2, maximum: 1 }],
    ['/properties/x', 'no number lies between its bounds', { type: 'integer', minimum: 0.2, maximum: 0.8 }],
    ['/properties/x/type', NO_TYPE, { type: ['string', 'number'] }],
    ['/properties/x/type', NO_TYPE, { type: 'null' }],
    ['/properties/x/type', NO_TYPE, { type: 'text' }],
    ['/properties/x', 'it has no `type`', {}],
    ['/properties/x', NO_SCHEMA, true],
    ['/properties/x/enum', 'expected 1 to 1000 labels, got 0', { enum: [] }],
    ['/properties/x/enum', 'label `a` stands in it twice', { enum: ['a', 'a'] }],
    ['/properties/x/enum', 'only strings can be labels, got `1`', { enum: ['a', 1] }],
    ['/properties/x/enum', 'expected 1 to 1000 labels, got 0', { enum: [null] }],
    [
      '/properties/x/enum',
      'label "__proto__" cannot be written as JSON member; choose another',
      { enum: ['__proto__'] },
    ],
    ['/properties/x/enum', 'label "\\\\" cannot be written as JSON member; choose another', { enum: ['\\', '"'] }],
    ['/properties/x/enum', 'label "\\ud800" cannot be written as JSON member; choose another', { enum: ['\ud800'] }],
    [
      '/properties/x/enum',
      'expected 1 to 1000 labels, got 1001',
      { enum: Array.from({ length: 1001 }, (_, index) => `label ${index}`) },
    ],
    [
      '/properties/x/enum',
      '`type` and the values disagree whether null is allowed',
      { type: ['string', 'null'], enum: ['a'] },
    ],
    [
      '/properties/x/enum',
      '`type` and the values disagree whether null is allowed',
      { type: 'string', enum: ['a', null] },
    ],
    ['/properties/x/const', 'only strings can be labels, got `1`', { const: 1 }],
    [
      '/properties/x/maxLength',
      'keyword `maxLength` is not supported beside `enum` or `const`',
      { enum: ['a'], maxLength: 1 },
    ],
    ['/properties/x/items', NO_SCHEMA, { type: 'array' }],
    ['/properties/x/items', NO_SCHEMA, { type: 'array', items: false }],
    [
      '/properties/x/items/pattern',
      'keyword `pattern` is not supported on this string',
      { type: 'array', items: { type: 'string', pattern: 'a' } },
    ],
    [
      '/properties/x/maxItems',
      'expected an integer from 1 to 256, got `257`',
      { type: 'array', items: text, maxItems: 257 },
    ],
    [
      '/properties/x/minItems',
      'expected an integer from 0 to 4, got `5`',
      { type: 'array', items: text, minItems: 5, maxItems: 4 },
    ],
    [
      '/properties/x/minItems',
      'expected an integer from 0 to 1, got `2`',
      { type: 'array', items: { enum: ['a'] }, uniqueItems: true, minItems: 2 },
    ],
    ['/properties/x/uniqueItems', NOT_UNIQUE, { type: 'array', items: text, uniqueItems: true }],
    [
      '/properties/x/prefixItems',
      'keyword `prefixItems` is not supported on this array',
      { type: 'array', items: text, prefixItems: [] },
    ],
    ['/properties/x/anyOf', NO_UNION, { anyOf: [text, { type: 'number' }] }],
    ['/properties/x/anyOf', NO_UNION, { anyOf: [{ type: 'null' }, { type: 'null' }] }],
    ['/properties/x/anyOf', NO_UNION, { anyOf: [text, { type: 'null' }, { type: 'null' }] }],
    [
      '/properties/x/oneOf',
      '`anyOf` and `oneOf` stand side by side',
      { anyOf: [text, { type: 'null' }], oneOf: [text, { type: 'null' }] },
    ],
    [
      '/properties/x/anyOf/0/pattern',
      'keyword `pattern` is not supported on this string',
      { anyOf: [{ type: 'string', pattern: 'a' }, { type: 'null' }] },
    ],
    [
      '/properties/x/type',
      'keyword `type` is not supported on this union',
      { type: 'string', anyOf: [text, { type: 'null' }] },
    ],
    ['/properties/x/not', 'keyword `not` is not supported on this string', { type: 'string', not: {} }],
    ['/properties/x/toString', 'keyword `toString` is not supported on this string', { type: 'string', toString: 1 }],
    ['/properties/x/x-docmill', 'expected an object with `"verbatim":true`', { type: 'string', 'x-docmill': {} }],
    [
      '/properties/x/x-docmill/fuzzy',
      'this member is not known; there are `verbatim` and `normalize`',
      { type: 'string', 'x-docmill': { verbatim: true, fuzzy: true } },
    ],
    [
      '/properties/x/x-docmill/normalize',
      'expected `date`, `number` or `currency`',
      { type: 'string', 'x-docmill': { verbatim: true, normalize: 'time' } },
    ],
    [
      '/properties/x/x-docmill',
      'a normalised number has `type` `number`, not `string`',
      { type: 'string', 'x-docmill': { verbatim: true, normalize: 'number' } },
    ],
    [
      '/properties/x/x-docmill',
      'a verbatim number needs `"normalize":"number"`',
      { type: 'number', 'x-docmill': { verbatim: true } },
    ],
    [
      '/properties/x/x-docmill',
      'keyword `x-docmill` is not supported on this integer',
      { type: 'integer', 'x-docmill': { verbatim: true, normalize: 'number' } },
    ],
    [
      '/properties/x/minimum',
      'a number that is copied from the document has no bounds',
      { type: 'number', minimum: 0, 'x-docmill': { verbatim: true, normalize: 'number' } },
    ],
    [
      '/properties/x/properties',
      'an object must have at least one property',
      { type: 'object', properties: {}, required: [] },
    ],
    [
      '/properties/x/required',
      'property `a` is optional; list it as required and make it nullable',
      { type: 'object', properties: { a: text } },
    ],
    [
      '/properties/x/required',
      'it lists "b", which is no property',
      { type: 'object', properties: { a: text }, required: ['a', 'b'] },
    ],
    [
      '/properties/x/additionalProperties',
      '`additionalProperties` must be absent or false',
      { ...anObject({ a: text }), additionalProperties: {} },
    ],
    ['/properties/x/$schema', 'keyword `$schema` is not supported on this string', { ...text, $schema: 'x' }],
    ['/properties/x/$ref', REMOTE, { $ref: 'other.json' }],
    ['/properties/x/$ref', 'there is no schema at `#/$defs/none`', { $ref: '#/$defs/none' }],
    ['/properties/x/$ref', 'there is no schema at `#/constructor`', { $ref: '#/constructor' }],
    ['/properties/x/$ref', 'there is no schema at `#/__proto__`', { $ref: '#/__proto__' }],
    ['/properties/x/$ref', 'it is not a valid URI fragment', { $ref: '#/%' }],
    ['/properties/x/$ref', 'it is recursive, so answers would have no longest form', { $ref: '#' }],
    ['/properties/x/$ref', 'it is recursive, so answers would have no longest form', { $ref: '#/properties/x' }],
    [
      '/properties/x/maxLength',
      'keyword `maxLength` is not supported on this reference',
      { $ref: '#/$defs/none', maxLength: 1 },
    ],
    ['/properties/x/const', '`enum` and `const` stand side by side', { enum: ['a'], const: 'a' }],
    ['/properties/x/enum', 'expected a list of strings', { enum: 'a' }],
    ['/properties/x/enum', 'only strings can be labels, got `1`', { enum: [1] }],
    ['/properties/x/type', 'only strings can be labels', { type: 'integer', enum: ['a'] }],
    ['/properties/x/uniqueItems', NOT_UNIQUE, { type: 'array', items: { enum: ['a', null] }, uniqueItems: true }],
    ['/properties/x/minLength', 'a date always has 10 characters', { type: 'string', format: 'date', minLength: 1 }],
    ['/properties/x/maxLength', 'a date always has 10 characters', { type: 'string', format: 'date', maxLength: 10 }],
    [
      '/properties/x/minimum',
      'expected a number from -1000000000000000 to 1000000000000000, got `-10000000000000000`',
      { type: 'number', minimum: -1e16 },
    ],
    [
      '/properties/x/minimum',
      'expected a number from -9007199254740991 to 9007199254740991, got `"1"`',
      { type: 'integer', minimum: '1' },
    ],
    [
      '/properties/x/maximum',
      'a number that is copied from the document has no bounds',
      { type: 'number', maximum: 1, 'x-docmill': { verbatim: true, normalize: 'number' } },
    ],
    [
      '/properties/x/x-docmill',
      'a verbatim string of the format `date` needs `"normalize":"date"`',
      { type: 'string', format: 'date', 'x-docmill': { verbatim: true } },
    ],
    [
      '/properties/x/x-docmill',
      'expected an object with `"verbatim":true`',
      { type: 'string', 'x-docmill': { verbatim: 'yes' } },
    ],
    ['/properties/x/x-docmill', 'expected an object with `"verbatim":true`', { type: 'string', 'x-docmill': true }],
    ['/properties/x/minLength', 'expected an integer from 0 to 256, got `1.5`', { type: 'string', minLength: 1.5 }],
    ['/properties/x/minLength', 'expected an integer from 0 to 256, got `-1`', { type: 'string', minLength: -1 }],
    ['/properties/x/type', NO_TYPE, { type: ['string', 'null', 'null'] }],
    ['/properties/x/type', NO_TYPE, { type: [] }],
    ['/properties/x', 'keyword `pattern` is not supported', { pattern: 'a' }],
    ['/properties/x', 'keyword `if` is not supported', { title: 'a', if: {} }],
    ['/properties/x/anyOf', NO_UNION, { anyOf: [text, { type: 'null', title: 'none' }] }],
    ['/properties/x/anyOf', NO_UNION, { anyOf: text }],
    ['/properties/x/$ref', REMOTE, { $ref: 1 }],
    ['/properties/x/$ref', REMOTE, { $ref: 'x#/properties/x' }],
    ['/properties/x/$ref', REMOTE, { $ref: '#top' }],
    ['/properties/x/$ref', 'there is no schema at `#/required/0`', { $ref: '#/required/0' }],
    [
      '/properties/x/required',
      'property `a` is optional; list it as required and make it nullable',
      { type: 'object', properties: { a: text }, required: 'a' },
    ],
    ['/properties/x/properties/a\ud800', 'the name is not well-formed Unicode', anObject({ 'a\ud800': text })],
    ['/properties/x/properties/a', NO_SCHEMA, anObject({ a: 1 })],
  ])('%s: %s, of %j', (pointer, problem, schema) => {
    const compile = () => compileField(schema);
    expect(refusalOf(compile)).toEqual({ code: 'SCHEMA_UNSUPPORTED', pointer });
    expect(compile).toThrow(`The output schema cannot be used at \`${pointer}\`: ${problem}.`);
  });

  test.each(['__proto__', 'constructor', 'prototype'])('property name %s [T12]', (name) => {
    const schema = anObject(Object.fromEntries([[name, text]]));
    expect(refusalOf(() => compileTask(aTask(schema)))).toMatchObject({ pointer: `/properties/${name}` });
    expect(() => compileTask(aTask(schema))).toThrow('this name is reserved by JavaScript; choose another');
  });

  test.each(['"', 'a\\', 'a\nb', '\u0000'])('property name %j, which JSON can only write with an escape', (name) => {
    const schema = anObject({ [name]: text });
    expect(refusalOf(() => compileTask(aTask(schema)))).toMatchObject({ pointer: `/properties/${name}` });
    expect(() => compileTask(aTask(schema))).toThrow('a quote, a backslash or a control character; choose another');
  });

  test('names that JSON writes as they are, however odd, are not', () => {
    const names = ["'", '/', 'a b', '東京', '👩', '\u007f', '\u2028'];
    const schema = anObject(Object.fromEntries(names.map((name) => [name, text])));
    expect(compileTask(aTask(schema)).output.properties.map(({ name }) => name)).toEqual(names);
  });

  test('a root that is nullable or no object', () => {
    expect(refusalOf(() => compileTask(aTask(text)))).toMatchObject({ pointer: '' });
    expect(() => compileTask(aTask(text))).toThrow('at its root: the output must be an object that is not nullable.');
    const nullable = { ...anObject({ x: text }), type: ['object', 'null'] };
    expect(refusalOf(() => compileTask(aTask(nullable)))).toMatchObject({ pointer: '' });
  });
});

describe('a schema that would never end is refused at once', () => {
  test('a recursive one', () => {
    const node = anObject({ name: text, next: { anyOf: [{ $ref: '#/$defs/node' }, { type: 'null' }] } });
    const schema = { ...anObject({ x: { $ref: '#/$defs/node' } }), $defs: { node } };
    expect(refusalOf(() => compileTask(aTask(schema)))).toEqual({
      code: 'SCHEMA_UNSUPPORTED',
      pointer: '/$defs/node/properties/next/anyOf/0/$ref',
    });
  });

  test('one whose references double at every step [T4]', () => {
    const steps = Array.from({ length: 30 }, (_, index): [string, JsonObject] => {
      const next = { $ref: `#/$defs/d${index + 1}` };
      return [`d${index}`, anObject({ left: next, right: next })];
    });
    const $defs: JsonObject = { ...Object.fromEntries(steps), d30: text };
    expect(refusalOf(() => compileField({ $ref: '#/$defs/d0' }, { $defs }))?.code).toBe('SCHEMA_UNSUPPORTED');
  });

  test('a chain of references', () => {
    const links = Array.from({ length: 10_000 }, (_, index): [string, JsonObject] => {
      return [`d${index}`, { $ref: `#/$defs/d${index + 1}` }];
    });
    const $defs: JsonObject = { ...Object.fromEntries(links), d10000: text };
    const from = (link: number) => () => compileField({ $ref: `#/$defs/d${link}` }, { $defs });
    expect(refusalOf(from(0))?.code).toBe('SCHEMA_UNSUPPORTED');
    expect(from(0)).toThrow('more than 32 references lead to it');
    expect(refusalOf(from(10_000 - 31))).toBeUndefined();
    expect(refusalOf(from(10_000 - 32))).toBeDefined();
  });

  test('lists in lists whose bounds multiply, and a longest value that no model could hold [T8]', () => {
    const nest = (levels: number): JsonObject =>
      levels === 0 ? text : { type: 'array', maxItems: 256, items: nest(levels - 1) };
    expect(refusalOf(() => compileField(nest(2)))).toBeUndefined();
    expect(refusalOf(() => compileField(nest(5)))).toEqual({
      code: 'SCHEMA_UNSUPPORTED',
      pointer: '/properties/x/items/items',
    });
    expect(() => compileField(nest(5))).toThrow(
      'its longest value would have more than 1000000000 bytes; lower `maxItems` or `maxLength`',
    );
  });

  test('too many fields, too many levels, too many bytes', () => {
    const many = (count: number, field: JsonObject) =>
      aTask(anObject(Object.fromEntries(Array.from({ length: count }, (_, index) => [`f${index}`, field]))));
    // The object itself is one.
    for (const field of [text, { type: 'boolean' }]) {
      expect(refusalOf(() => compileTask(many(499, field)))).toBeUndefined();
      expect(() => compileTask(many(500, field))).toThrow('there are more than 500 fields');
    }
    const nest = (levels: number): JsonObject => (levels === 0 ? text : anObject({ x: nest(levels - 1) }));
    expect(refusalOf(() => compileTask(aTask(nest(10))))).toBeUndefined();
    expect(() => compileTask(aTask(nest(11)))).toThrow('fields are nested more than 10 levels deep');
    expect(refusalOf(() => compileTask(aTask(nest(2000))))).toBeDefined();
    const long = { ...anObject({ x: text }), description: 'x'.repeat(1_000_000) };
    expect(refusalOf(() => compileTask(aTask(long)))).toBeDefined();
  });
});

test('a label may be one of a thousand, and of no more [T7]', () => {
  const of = (count: number) =>
    aTask(anObject({ x: { enum: Array.from({ length: count }, (_, index) => `l${index}`) } }));
  expect(compileTask(of(1000)).output.properties).toHaveLength(1);
  expect(refusalOf(() => compileTask(of(1001)))).toMatchObject({ pointer: '/properties/x/enum' });
  expect(() => compileTask(of(1001))).toThrow('expected 1 to 1000 labels, got 1001');
});

describe('a task to classify', () => {
  test('may have labels, booleans and lists of labels', () => {
    const output = anObject({
      topic: { enum: ['a', 'b', null] },
      urgent: { type: 'boolean' },
      tags: { type: 'array', items: { enum: ['x', 'y'] }, uniqueItems: true },
    });
    expect(compileTask(aTask(output, { kind: 'classify' })).output.properties).toHaveLength(3);
  });

  test.each<JsonValue>([text, { type: 'array', items: { enum: ['a'] } }, anObject({ a: { enum: ['a'] } })])(
    'may not have %j',
    (schema) => {
      const compile = () => compileTask(aTask(anObject({ x: schema }), { kind: 'classify' }));
      expect(refusalOf(compile)).toMatchObject({ pointer: '/properties/x' });
      expect(compile).toThrow('has labels (`enum`), booleans and arrays of unique labels only; use `extract`.');
    },
  );
});

describe('the hash of a task', () => {
  const output = anObject({ a: text, b: { type: 'string', title: 'B', description: 'D' } });

  test('does not depend on the order of keywords', () => {
    const reordered = anObject({ a: text, b: { description: 'D', title: 'B', type: 'string' } });
    expect(hashOf(reordered)).toBe(hashOf(output));
  });

  test('depends on the order of the fields, at any depth', () => {
    const [ab, ba] = [anObject({ a: text, b: text }), { ...anObject({ b: text, a: text }), required: ['a', 'b'] }];
    expect(hashOf(ab)).not.toBe(hashOf(ba));
    expect(hashOf(anObject({ x: { type: 'array', items: ab } }))).not.toBe(
      hashOf(anObject({ x: { type: 'array', items: ba } })),
    );
  });

  test('depends on every member of the task', () => {
    const hashes = [{}, { name: 'other' }, { instructions: 'Other.' }, { locale: 'de' }, { overlong: 'fail' as const }];
    expect(new Set(hashes.map((members) => hashOf(output, members))).size).toBe(hashes.length);
  });

  test('survives JSON', () => {
    const task = aTask(output, { examples: [{ text: 't', answer: { b: '', a: '' } }] });
    const compiled = compileTask(task);
    const read = taskSchema.parse(JSON.parse(JSON.stringify(compiled.task)));
    expect(compileTask(read)).toEqual(compiled);
  });
});

describe('a task is refused', () => {
  test.each([
    [{ name: 'Not a name' }],
    [{ instructions: '' }],
    [{ locale: 'not a locale' }],
    [{ locale: 'und' }],
    [{ locale: 'xx-DE' }],
    [{ maxDocumentTokens: 1 }],
    [{ examples: [{ text: 'a', answer: { x: 5 } }] }],
    [{ examples: [{ text: 'a', answer: { x: 'b' } }] }],
  ])('with %j', (members) => {
    const compile = () => compileTask(aTask(anObject({ x: verbatim }), members));
    expect(refusalOf(compile)?.code).toBe('TASK_INVALID');
  });

  test('with an example whose answer the model may not write, which is named by its number and field', () => {
    const output = anObject({ x: verbatim, y: text });
    const compile = (answer: JsonObject) => () =>
      compileTask(
        aTask(output, {
          examples: [
            { text: 'a', answer: { x: 'a', y: 'free' } },
            { text: 'a', answer },
          ],
        }),
      );
    expect(Object.keys(compile({ y: 'free', x: 'a' })().task.examples?.[1]?.answer ?? {})).toEqual(['x', 'y']);
    expect(compile({ x: 'b', y: '' })).toThrow(
      'The answer of example 2 cannot be used at `/x`: the field is verbatim and this value does not stand in the text of the example.',
    );
    expect(compile({ x: 'b', y: '' })).toThrow(expect.objectContaining({ details: { example: 1, pointer: '/x' } }));
  });

  test('with an answer of an example that is nested absurdly deep', () => {
    let answer: JsonObject = { x: null };
    for (let level = 0; level < 100_000; level += 1) answer = { x: answer };
    const compile = () => compileTask(aTask(anObject({ x: verbatim }), { examples: [{ text: 'a', answer }] }));
    expect(refusalOf(compile)).toMatchObject({ code: 'TASK_INVALID' });
    expect(compile).toThrow('`examples` is nested more than 100 levels deep');
  });
});
