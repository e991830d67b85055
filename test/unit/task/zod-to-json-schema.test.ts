import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import {
  type TaskDefinition,
  verbatim,
  verbatimCurrency,
  verbatimDate,
  verbatimNumber,
} from '../../../schemas/task.ts';
import { builtInTasks } from '../../../schemas/tasks/index.ts';
import { isAppError } from '../../../src/errors.ts';
import { compileTask } from '../../../src/task/compile-task.ts';
import { taskFromDefinition } from '../../../src/task/zod-to-json-schema.ts';

function aDefinition(x: z.ZodType): TaskDefinition {
  return { name: 'test', kind: 'extract', instructions: 'Read.', output: z.object({ x }) };
}

function fieldOf(x: z.ZodType) {
  return compileTask(taskFromDefinition(aDefinition(x))).output.properties[0]?.field;
}

test('the built-in tasks compile, and their JSON compiles to the same', () => {
  for (const definition of Object.values(builtInTasks)) {
    const task = taskFromDefinition(definition);
    const compiled = compileTask(task);
    expect(compiled.output.properties.map(({ name }) => name)).toEqual(Object.keys(definition.output.shape));
    expect(JSON.parse(JSON.stringify(task))).toEqual(task);
  }
});

test.each<[z.ZodType, object]>([
  [z.string().min(1).max(9), { type: 'string', minLength: 1, maxLength: 9 }],
  [z.string().length(3), { type: 'string', minLength: 3, maxLength: 3 }],
  [z.int().positive().max(9), { type: 'integer', minimum: 1, maximum: 9 }],
  [z.number().min(0).max(1), { type: 'number', minimum: 0, maximum: 1 }],
  [z.boolean().nullable(), { type: 'boolean', nullable: true }],
  [z.iso.date(), { type: 'date' }],
  [z.literal('a'), { type: 'label', labels: ['a'] }],
  [z.enum(['b', 'a']).nullable(), { type: 'label', labels: ['b', 'a'], nullable: true }],
  [z.union([z.string().max(4), z.null()]), { type: 'string', maxLength: 4, nullable: true }],
  [z.array(z.enum(['a', 'b'])).meta({ uniqueItems: true }), { type: 'array', unique: true, maxItems: 2 }],
  [z.string().brand<'Id'>().describe('An id.'), { type: 'string', maxLength: 256 }],
  [verbatim().describe('The vendor.').max(80).nullable(), { type: 'verbatim', maxLength: 80, nullable: true }],
  [verbatimDate(), { type: 'verbatim', normalize: 'date' }],
  [verbatimNumber().nullable(), { type: 'verbatim', normalize: 'number', nullable: true }],
  [verbatimCurrency().meta({ id: 'Currency' }), { type: 'verbatim', normalize: 'currency' }],
])('case %#: what JSON Schema can say arrives', (schema, field) => {
  expect(fieldOf(schema)).toMatchObject(field);
});

const shared = z.string();
class Invoice {
  readonly total = 1;
}

describe('what JSON cannot carry is refused with its place', () => {
  test.each<[what: string, schema: z.ZodType, pointer: string]>([
    ['a refinement', z.string().refine((text) => text !== ''), '/properties/x'],
    ['a refinement of an object', z.object({ a: shared }).refine(() => true), '/properties/x'],
    ['a refinement of an item', z.array(z.number().refine(Number.isInteger)), '/properties/x/items'],
    [
      'a refinement deep inside',
      z.array(z.object({ 'a/b': z.string().superRefine(() => {}) })).nullable(),
      '/properties/x/items/properties/a~1b',
    ],
    ['a check function', z.string().check(() => {}), '/properties/x'],
    ['a property check', z.array(shared).check(z.property('length', z.number())), '/properties/x'],
    ['a transform', z.string().transform((text) => text.length), '/properties/x'],
    ['a pipe', z.string().pipe(z.string()), '/properties/x'],
    ['a codec', z.stringbool(), '/properties/x'],
    ['trim', z.string().trim(), '/properties/x'],
    ['lower case', z.string().toLowerCase().max(5), '/properties/x'],
    ['a pattern', z.string().regex(/a/), '/properties/x'],
    ['a prefix', z.string().startsWith('a'), '/properties/x'],
    ['an e-mail address', z.email(), '/properties/x'],
    ['a date and time', z.iso.datetime(), '/properties/x'],
    ['coercion', z.coerce.number(), '/properties/x'],
    ['a default', z.string().default('a'), '/properties/x'],
    ['a prefault', z.string().prefault('a'), '/properties/x'],
    ['a catch', z.string().catch('a'), '/properties/x'],
    ['an optional property', z.string().optional(), '/properties/x'],
    ['a nullish property', z.string().nullish(), '/properties/x'],
    ['a lazy schema', z.lazy(() => shared), '/properties/x'],
    ['a custom type', z.instanceof(Invoice), '/properties/x'],
    ['anything', z.any(), '/properties/x'],
    ['a date object', z.date(), '/properties/x'],
    ['a big integer', z.bigint(), '/properties/x'],
    ['a record', z.record(z.string(), shared), '/properties/x'],
    ['a tuple', z.tuple([shared]), '/properties/x'],
    ['a set', z.set(shared), '/properties/x'],
    ['an intersection', z.intersection(z.object({ a: shared }), z.object({ b: shared })), '/properties/x'],
    ['a template', z.templateLiteral(['a', z.number()]), '/properties/x'],
    ['a number as label', z.literal(5), '/properties/x'],
    ['a transform in a union', z.union([z.string().trim(), z.null()]), '/properties/x'],
  ])('%s', (_what, schema, pointer) => {
    const error = errorOf(() => taskFromDefinition(aDefinition(schema)));
    expect(isAppError(error, 'SCHEMA_UNSUPPORTED') && error.details).toEqual({ pointer });
  });

  test.each<[what: string, schema: z.ZodType, pointer: string]>([
    ['a multiple', z.number().multipleOf(5), '/properties/x/multipleOf'],
    ['a union of two types', z.union([shared, z.number()]), '/properties/x/type'],
    ['an open object', z.looseObject({ a: shared }), '/properties/x/additionalProperties'],
    ['an exclusive bound of a number', z.number().positive(), '/properties/x/exclusiveMinimum'],
  ])('%s, by the compiler', (_what, schema, pointer) => {
    const error = errorOf(() => fieldOf(schema));
    expect(isAppError(error, 'SCHEMA_UNSUPPORTED') && error.details).toEqual({ pointer });
  });

  test('a recursive object [T3]', () => {
    const node = z.object({
      name: shared,
      get children() {
        return z.array(node);
      },
    });
    const error = errorOf(() => taskFromDefinition(aDefinition(node)));
    expect(isAppError(error) && error.details).toEqual({ pointer: '/properties/x/properties/children/items' });
  });

  test('absurdly deep nesting [T5]', () => {
    let deep: z.ZodType = shared;
    for (let level = 0; level < 20_000; level += 1) deep = z.array(deep);
    expect(String(errorOf(() => taskFromDefinition(aDefinition(deep))))).toMatch(/nested more than 100 levels deep/);
  });
});

test('metadata that JSON cannot carry is refused', () => {
  const error = errorOf(() => taskFromDefinition(aDefinition(z.string().meta({ most: 10n }))));
  expect(isAppError(error, 'SCHEMA_UNSUPPORTED')).toBe(true);
});

test('a schema that is used twice is fine', () => {
  const output = z.object({ a: shared, b: shared });
  const task = taskFromDefinition({ ...aDefinition(shared), output });
  expect(compileTask(task).output.properties).toHaveLength(2);
});

function errorOf(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return error;
  }
}
