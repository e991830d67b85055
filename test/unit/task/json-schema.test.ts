import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type JsonObject,
  type JsonValue,
  isJsonArray,
  isJsonObject,
  pointerParts,
  pointerTo,
  valueAt,
} from '../../../schemas/json.ts';
import { checkExpressible } from '../../../src/engine/answer/check-expressible.ts';
import { AppError } from '../../../src/errors.ts';
import { compileTask } from '../../../src/task/compile-task.ts';
import type { CompiledTask } from '../../../src/task/field.ts';
import { concludeAnswer } from '../../../src/task/merge-answers.ts';
import { supportedKeywords } from '../../../src/task/supported-keywords.ts';
import { validateAnswer } from '../../../src/task/validate-answer.ts';
import { toyAnswer } from '../engine/toy-answer.ts';
import { createToyModel } from '../engine/toy-model.ts';
import { aTask, anObject } from './a-task.ts';
import { outputArbitrary } from './arbitrary-answer.ts';
import { examplesOfKeywords } from './keyword-examples.ts';

/** A validator that shares nothing with docmill. It takes its time to compile a schema, so each is compiled once. */
function independentValidator(schema: JsonObject): (value: unknown) => boolean {
  const ajv = new Ajv2020({ strict: false, logger: false, validateFormats: true });
  addFormats.default(ajv);
  const validate = ajv.compile(schema);
  return (value) => validate(value);
}

const TEXT = 'Nordlicht GmbH, 2026-03-05: EUR 12.50, "a", 7';

/** What a model without sense answers under the schema, as result lines hold it; answers that are refused left out. */
function randomAnswers(compiled: CompiledTask, count: number): JsonObject[] {
  return Array.from({ length: count }, (_, seed) => {
    const answer = toyAnswer(compiled.output, TEXT, createToyModel(seed));
    return concludeAnswer(compiled, TEXT, [{ span: { start: 0, end: TEXT.length }, answer }]);
  }).flatMap((concluded) => (concluded.status === 'concluded' ? [concluded.answer] : []));
}

/** Where a schema is refused, by the compiler or when the engine is opened; undefined where it is not. */
function refusalOf(schema: JsonObject): string | undefined {
  try {
    checkExpressible(compileTask(aTask(schema)).output, () => true);
    return undefined;
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'SCHEMA_UNSUPPORTED') throw error;
    return String(error.details['pointer']);
  }
}

test('whatever a model prefers, its answer is valid for an independent validator [M12]', { timeout: 120_000 }, () => {
  let answers = 0;
  fc.assert(
    fc.property(outputArbitrary, ({ schema }) => {
      fc.pre(refusalOf(schema) === undefined);
      const isValid = independentValidator(schema);
      const given = randomAnswers(compileTask(aTask(schema)), 3);
      expect(given.filter((answer) => !isValid(answer))).toEqual([]);
      answers += given.length;
    }),
    { numRuns: 60 },
  );
  expect(answers).toBeGreaterThan(60);
});

describe('every supported keyword is enforced', () => {
  const $defs = { text: { type: 'string' } };
  const output = (field: JsonValue): JsonObject => ({ ...anObject({ x: field }), $defs });

  test.each(Object.entries(examplesOfKeywords))('%s', (keyword, field: JsonObject) => {
    const isValid = independentValidator(output(field));
    const answers = randomAnswers(compileTask(aTask(output(field))), 20);
    expect(answers.length).toBeGreaterThan(0);
    expect(answers.filter((answer) => !isValid(answer))).toEqual([]);
  });

  /** Without it the schema can still be used, and then there are answers that it forbids. */
  const bounding = ['minItems', 'maxItems', 'minLength', 'maxLength', 'format', 'minimum', 'maximum'] as const;
  test.each([...bounding, 'uniqueItems', 'exclusiveMinimum', 'exclusiveMaximum'] as const)(
    'and answers without %s show that it does something',
    (keyword) => {
      expect(supportedKeywords[keyword].meaning).not.toMatch(/^Ignored/);
      const { [keyword]: _, ...free }: JsonObject = examplesOfKeywords[keyword];
      const isValid = independentValidator(output(examplesOfKeywords[keyword]));
      const answers = randomAnswers(compileTask(aTask(output(free))), 60);
      expect(answers.some((answer) => !isValid(answer))).toBe(true);
    },
  );
});

const folder = process.env['DOCMILL_TEST_DATA'];

describe.skipIf(folder === undefined)('of the JSON Schema test suite', () => {
  const schemas = folder === undefined ? [] : suiteSchemas(folder);

  test('every schema is enforced, or refused with a place in it [T11]', { timeout: 300_000 }, () => {
    const verdicts = schemas.map(({ output }) => judge(output));
    expect(schemas.filter((_, index) => verdicts[index] === 'wrong')).toEqual([]);
    expect(new Set(schemas.map(({ file }) => file)).size).toBeGreaterThan(70);
    expect(verdicts.filter((verdict) => verdict === 'enforced').length).toBeGreaterThan(100);
  });

  test('whatever a compiled schema accepts, the suite accepts', () => {
    const accepted = schemas
      .filter(({ output }) => refusalOf(output) === undefined)
      .flatMap(({ output, tests }) => {
        const fields = compileTask(aTask(output)).output;
        return tests.filter(({ data }) => validateAnswer(fields, data) === null);
      });
    expect(accepted.length).toBeGreaterThan(100);
    expect(accepted.filter(({ valid }) => !valid)).toEqual([]);
  });
});

function judge(schema: JsonObject): 'enforced' | 'refused' | 'wrong' {
  const refusal = refusalOf(schema);
  if (refusal !== undefined) return isPlace(schema, refusal) ? 'refused' : 'wrong';
  const isValid = independentValidator(schema);
  const answers = randomAnswers(compileTask(aTask(schema)), 20);
  return answers.length === 20 && answers.every(isValid) ? 'enforced' : 'wrong';
}

/** Whether a pointer leads to something in the schema, or to where a keyword is missing. */
function isPlace(schema: JsonObject, pointer: string): boolean {
  const above = pointerParts(pointer).slice(0, -1).reduce<string>(pointerTo, '');
  return valueAt(schema, pointer) !== undefined || isJsonObject(valueAt(schema, above));
}

type SuiteTest = { readonly data: JsonValue; readonly valid: boolean };
type SuiteSchema = { readonly output: JsonObject; readonly tests: readonly SuiteTest[] };

function suiteSchemas(data: string): (SuiteSchema & { readonly file: string })[] {
  const suite = join(data, 'json_schema_test_suite', 'tests');
  const files = readdirSync(suite, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.json'));
  return files.flatMap((file) => {
    const groups: unknown = JSON.parse(readFileSync(join(suite, file), 'utf8'));
    const outputs = (isJsonArray(groups) ? groups : [])
      .filter(isJsonObject)
      .flatMap((group) => outputsOf(group).toArray());
    return outputs.map(({ output, tests }) => ({ file, output, tests }));
  });
}

/**
 * The schemas of one group as outputs. The suite's have no types and few bounds, because they try one keyword each: what
 * ours need is added, which only narrows them. Each is the schema of a member, with every type; one about objects is also
 * an output of its own.
 */
function* outputsOf(group: JsonObject): Generator<SuiteSchema> {
  const { $schema: _, ...schema }: JsonObject = isJsonObject(group['schema']) ? group['schema'] : { not: {} };
  const tests = (isJsonArray(group['tests']) ? group['tests'] : [])
    .filter(isJsonObject)
    .map(({ data, valid }) => ({ data: data ?? null, valid: valid === true }));
  const inside = tests.map(({ data, valid }) => ({ data: { value: data }, valid }));
  const { $defs, ...member } = schema;
  const defs = isJsonObject($defs) ? { $defs: mapValues($defs, complete) } : {};
  for (const type of ['object', 'array', 'string', 'integer', 'number', 'boolean', undefined]) {
    const typed = type === undefined || 'type' in member ? complete(member) : complete({ type, ...member });
    yield { output: { ...anObject({ value: typed }), ...defs }, tests: inside };
    if (typed['type'] === 'object') yield { output: { ...typed, ...defs }, tests };
    if ('type' in member) return;
  }
}

/** Types for what is below, by the keywords that speak of one type only; items; every property required. */
function complete(schema: JsonValue): JsonObject {
  if (!isJsonObject(schema)) return schema === false ? { type: 'string', not: {} } : { type: 'string' };
  if (!('type' in schema) && untyped.some((keyword) => keyword in schema)) return schema;
  const type = schema['type'] ?? typeBy.find(([keyword]) => keyword in schema)?.[1] ?? 'string';
  if (type === 'object') return { ...schema, type, ...allRequired(schema) };
  if (type === 'array') return { ...schema, type, items: complete(schema['items'] ?? true) };
  return { ...schema, type };
}

function allRequired(schema: JsonObject): JsonObject {
  const named = isJsonArray(schema['required']) ? schema['required'].filter((name) => typeof name === 'string') : [];
  const given = isJsonObject(schema['properties']) ? schema['properties'] : {};
  const properties = mapValues({ ...Object.fromEntries(named.map((name) => [name, true])), ...given }, complete);
  return { properties, required: Object.keys(properties) };
}

const untyped = ['$ref', 'anyOf', 'oneOf', 'enum', 'const'];

const typeBy = [
  ['properties', 'object'],
  ['required', 'object'],
  ['items', 'array'],
  ['minItems', 'array'],
  ['maxItems', 'array'],
  ['minimum', 'number'],
  ['maximum', 'number'],
] as const;

function mapValues(object: JsonObject, map: (value: JsonValue) => JsonValue): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, map(value)]));
}
