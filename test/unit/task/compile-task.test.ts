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

describe('a schema is refused with the pointer of the keyword', () => {
  test.each<[pointer: string, schema: JsonValue]>([
    ['/properties/x/pattern', { type: 'string', pattern: '^a' }],
    ['/properties/x/format', { type: 'string', format: 'email' }],
    ['/properties/x/maxLength', { type: 'string', maxLength: 5000 }],
    ['/properties/x/minLength', { type: 'string', minLength: 3, maxLength: 2 }],
    ['/properties/x/maxLength', { type: 'string', maxLength: null }],
    ['/properties/x/uniqueItems', { type: 'array', items: { enum: ['a'] }, uniqueItems: null }],
    ['/properties/x/anyOf/0', { anyOf: [true, { type: 'null' }] }],
    ['/properties/x/minLength', { ...verbatim, minLength: 2 }],
    ['/properties/x/minimum', { type: 'string', minimum: 1 }],
    ['/properties/x/exclusiveMinimum', { type: 'number', exclusiveMinimum: 0 }],
    ['/properties/x/maximum', { type: 'number', maximum: 1e300 }],
    ['/properties/x', { type: 'integer', minimum: 2, maximum: 1 }],
    ['/properties/x', { type: 'integer', minimum: 0.2, maximum: 0.8 }],
    ['/properties/x/type', { type: ['string', 'number'] }],
    ['/properties/x/type', { type: 'null' }],
    ['/properties/x', {}],
    ['/properties/x', true],
    ['/properties/x/enum', { enum: [] }],
    ['/properties/x/enum', { enum: ['a', 'a'] }],
    ['/properties/x/enum', { enum: ['a', 1] }],
    ['/properties/x/enum', { enum: [null] }],
    ['/properties/x/enum', { enum: ['__proto__'] }],
    ['/properties/x/enum', { enum: ['\\', '"'] }],
    ['/properties/x/enum', { enum: ['\ud800'] }],
    ['/properties/x/enum', { enum: Array.from({ length: 1001 }, (_, index) => `label ${index}`) }],
    ['/properties/x/enum', { type: ['string', 'null'], enum: ['a'] }],
    ['/properties/x/enum', { type: 'string', enum: ['a', null] }],
    ['/properties/x/const', { const: 1 }],
    ['/properties/x/maxLength', { enum: ['a'], maxLength: 1 }],
    ['/properties/x/items', { type: 'array' }],
    ['/properties/x/items', { type: 'array', items: false }],
    ['/properties/x/items/pattern', { type: 'array', items: { type: 'string', pattern: 'a' } }],
    ['/properties/x/maxItems', { type: 'array', items: text, maxItems: 257 }],
    ['/properties/x/minItems', { type: 'array', items: text, minItems: 5, maxItems: 4 }],
    ['/properties/x/minItems', { type: 'array', items: { enum: ['a'] }, uniqueItems: true, minItems: 2 }],
    ['/properties/x/uniqueItems', { type: 'array', items: text, uniqueItems: true }],
    ['/properties/x/prefixItems', { type: 'array', items: text, prefixItems: [] }],
    ['/properties/x/anyOf', { anyOf: [text, { type: 'number' }] }],
    ['/properties/x/anyOf', { anyOf: [{ type: 'null' }, { type: 'null' }] }],
    ['/properties/x/anyOf', { anyOf: [text, { type: 'null' }, { type: 'null' }] }],
    ['/properties/x/oneOf', { anyOf: [text, { type: 'null' }], oneOf: [text, { type: 'null' }] }],
    ['/properties/x/anyOf/0/pattern', { anyOf: [{ type: 'string', pattern: 'a' }, { type: 'null' }] }],
    ['/properties/x/type', { type: 'string', anyOf: [text, { type: 'null' }] }],
    ['/properties/x/not', { type: 'string', not: {} }],
    ['/properties/x/toString', { type: 'string', toString: 1 }],
    ['/properties/x/x-docmill', { type: 'string', 'x-docmill': {} }],
    ['/properties/x/x-docmill/fuzzy', { type: 'string', 'x-docmill': { verbatim: true, fuzzy: true } }],
    ['/properties/x/x-docmill/normalize', { type: 'string', 'x-docmill': { verbatim: true, normalize: 'time' } }],
    ['/properties/x/x-docmill', { type: 'string', 'x-docmill': { verbatim: true, normalize: 'number' } }],
    ['/properties/x/x-docmill', { type: 'number', 'x-docmill': { verbatim: true } }],
    ['/properties/x/x-docmill', { type: 'integer', 'x-docmill': { verbatim: true, normalize: 'number' } }],
    ['/properties/x/minimum', { type: 'number', minimum: 0, 'x-docmill': { verbatim: true, normalize: 'number' } }],
    ['/properties/x/properties', { type: 'object', properties: {}, required: [] }],
    ['/properties/x/required', { type: 'object', properties: { a: text } }],
    ['/properties/x/required', { type: 'object', properties: { a: text }, required: ['a', 'b'] }],
    ['/properties/x/additionalProperties', { ...anObject({ a: text }), additionalProperties: {} }],
    ['/properties/x/$schema', { ...text, $schema: 'x' }],
    ['/properties/x/$ref', { $ref: 'other.json' }],
    ['/properties/x/$ref', { $ref: '#/$defs/none' }],
    ['/properties/x/$ref', { $ref: '#/constructor' }],
    ['/properties/x/$ref', { $ref: '#/__proto__' }],
    ['/properties/x/$ref', { $ref: '#/%' }],
    ['/properties/x/$ref', { $ref: '#' }],
    ['/properties/x/$ref', { $ref: '#/properties/x' }],
    ['/properties/x/maxLength', { $ref: '#/$defs/none', maxLength: 1 }],
  ])('%s of %j', (pointer, schema) => {
    expect(refusalOf(() => compileField(schema))).toEqual({ code: 'SCHEMA_UNSUPPORTED', pointer });
  });

  test.each(['__proto__', 'constructor', 'prototype'])('property name %s [T12]', (name) => {
    const schema = anObject(Object.fromEntries([[name, text]]));
    expect(refusalOf(() => compileTask(aTask(schema)))).toMatchObject({ pointer: `/properties/${name}` });
  });

  test.each(['"', 'a\\', 'a\nb', '\u0000'])('property name %j, which JSON can only write with an escape', (name) => {
    const schema = anObject({ [name]: text });
    expect(refusalOf(() => compileTask(aTask(schema)))).toMatchObject({ pointer: `/properties/${name}` });
  });

  test('names that JSON writes as they are, however odd, are not', () => {
    const names = ["'", '/', 'a b', '東京', '👩', '\u007f', '\u2028'];
    const schema = anObject(Object.fromEntries(names.map((name) => [name, text])));
    expect(compileTask(aTask(schema)).output.properties.map(({ name }) => name)).toEqual(names);
  });

  test('a root that is nullable or no object', () => {
    expect(refusalOf(() => compileTask(aTask(text)))).toMatchObject({ pointer: '' });
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
    expect(refusalOf(() => compileField({ $ref: '#/$defs/d0' }, { $defs }))?.code).toBe('SCHEMA_UNSUPPORTED');
  });

  test('lists in lists whose bounds multiply, and a longest value that no model could hold [T8]', () => {
    const nest = (levels: number): JsonObject =>
      levels === 0 ? text : { type: 'array', maxItems: 256, items: nest(levels - 1) };
    expect(refusalOf(() => compileField(nest(2)))).toBeUndefined();
    expect(refusalOf(() => compileField(nest(5)))).toEqual({
      code: 'SCHEMA_UNSUPPORTED',
      pointer: '/properties/x/items/items',
    });
  });

  test('too many fields, too many levels, too many bytes', () => {
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`f${index}`, text]));
    expect(refusalOf(() => compileTask(aTask(anObject(many))))).toBeDefined();
    const nest = (levels: number): JsonObject => (levels === 0 ? text : anObject({ x: nest(levels - 1) }));
    expect(refusalOf(() => compileTask(aTask(nest(10))))).toBeUndefined();
    expect(refusalOf(() => compileTask(aTask(nest(11))))).toBeDefined();
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

  test('with an answer of an example that is nested absurdly deep', () => {
    let answer: JsonObject = { x: null };
    for (let level = 0; level < 100_000; level += 1) answer = { x: answer };
    const compile = () => compileTask(aTask(anObject({ x: verbatim }), { examples: [{ text: 'a', answer }] }));
    expect(refusalOf(compile)).toMatchObject({ code: 'TASK_INVALID' });
    expect(compile).toThrow('`examples` is nested more than 100 levels deep');
  });
});
