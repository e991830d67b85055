import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type JsonValue, isJsonArray, isJsonObject } from '../../../schemas/json.ts';
import type { Field } from '../../../src/task/field.ts';
import { validateAnswer, validateFinal } from '../../../src/task/validate-answer.ts';
import { worstCaseBytes } from '../../../src/task/worst-case.ts';
import { answerArbitrary, outputArbitrary } from './arbitrary-answer.ts';

const outputAndAnswer = outputArbitrary.chain(({ field }) => fc.tuple(fc.constant(field), answerArbitrary(field)));

test('every answer that a schema allows is accepted', () => {
  fc.assert(
    fc.property(outputAndAnswer, ([output, answer]) => {
      expect(validateAnswer(output, answer)).toBeNull();
    }),
    { numRuns: 300 },
  );
});

test('no answer that a schema allows is longer than the worst case [T8]', () => {
  fc.assert(
    fc.property(outputAndAnswer, ([output, answer]) => {
      expect(Buffer.byteLength(JSON.stringify(answer))).toBeLessThanOrEqual(worstCaseBytes(output));
    }),
    { numRuns: 300 },
  );
});

test('the worst case is reached where a schema has a longest answer', () => {
  const output: Field = {
    nullable: false,
    type: 'object',
    properties: [
      { name: 'a', field: { nullable: true, type: 'label', labels: ['x', '"long"'] } },
      { name: 'é', field: { nullable: false, type: 'string', minLength: 0, maxLength: 2 } },
      { name: 'n', field: { nullable: false, type: 'integer', minimum: -100, maximum: 7 } },
      {
        name: 'l',
        field: {
          nullable: false,
          type: 'array',
          items: { nullable: false, type: 'label', labels: ['a', 'bb', 'ccc'] },
          minItems: 0,
          maxItems: 2,
          unique: true,
        },
      },
    ],
  };
  const longest = { a: '"long"', é: '\u0000\u0000', n: -100, l: ['ccc', 'bb'] };
  expect(validateAnswer(output, longest)).toBeNull();
  expect(Buffer.byteLength(JSON.stringify(longest))).toBe(worstCaseBytes(output));
});

test('the worst case of arrays in arrays is found at once', () => {
  const nest = (levels: number): Field => {
    const items: Field = levels === 0 ? { nullable: false, type: 'boolean' } : nest(levels - 1);
    return { nullable: false, type: 'array', items, minItems: 0, maxItems: 256, unique: false };
  };
  expect(worstCaseBytes(nest(9))).toBeGreaterThan(256 ** 10);
});

test('every break of a valid answer is refused', () => {
  fc.assert(
    fc.property(outputAndAnswer, fc.nat(), ([output, answer], choice) => {
      const all = [...breaks(output, answer)];
      const broken = all[choice % all.length];
      expect({ how: broken?.how, problem: validateAnswer(output, broken?.answer) }).not.toMatchObject({
        problem: null,
      });
    }),
    { numRuns: 500 },
  );
});

test('a problem names the place and not the value', () => {
  const output: Field = {
    nullable: false,
    type: 'object',
    properties: [{ name: 'a/b', field: { nullable: false, type: 'integer', minimum: 0, maximum: 5 } }],
  };
  expect(validateAnswer(output, { 'a/b': 7 })).toEqual({
    pointer: '/a~1b',
    problem: 'expected an integer from 0 to 5',
  });
  expect(validateAnswer(output, { 'a/b': 1, secret: 2 })).toEqual({
    pointer: '',
    problem: 'it has a property that the schema does not have',
  });
});

test('a verbatim value is a text in the copy and a number, date or code in the final answer', () => {
  expect(validateAnswer(verbatim('number'), 12)).not.toBeNull();
  expect(validateFinal(verbatim('number'), 12)).toBeNull();
  expect(validateFinal(verbatim('number'), '12')).not.toBeNull();
  expect(validateFinal(verbatim('date'), '2026-02-29')).not.toBeNull();
  expect(validateFinal(verbatim('date'), '2024-02-29')).toBeNull();
  expect(validateFinal(verbatim('currency'), 'EUR')).toBeNull();
  expect(validateFinal(verbatim('currency'), '€')).not.toBeNull();
});

test.each([
  ['', 'empty'],
  [' a', 'white space'],
  ['a\nb', 'two lines'],
  ['abcde', 'too long'],
])('a copied text that is %j is refused: %s', (text) => {
  expect(validateAnswer({ nullable: false, type: 'verbatim', maxLength: 4 }, text)).not.toBeNull();
});

test('lengths are counted in code points', () => {
  const field: Field = { nullable: false, type: 'string', minLength: 2, maxLength: 2 };
  expect(validateAnswer(field, '😀😀')).toBeNull();
  expect(validateAnswer(field, '😀')).not.toBeNull();
});

function verbatim(normalize: 'date' | 'number' | 'currency'): Field {
  return { nullable: false, type: 'verbatim', maxLength: 20, normalize };
}

type Broken = { readonly how: string; readonly answer: unknown };

/** All single breaks: a key dropped or added, null, a wrong type, a bound passed – at every place. */
function* breaks(field: Field, value: JsonValue): Generator<Broken> {
  yield { how: 'a value of no JSON type', answer: undefined };
  if (!field.nullable) {
    yield { how: 'null', answer: null };
  }
  if (field.type === 'object' && isJsonObject(value)) {
    yield { how: 'an extra key', answer: { ...value, 'surely not a name': 1 } };
    for (const { name, field: member } of field.properties) {
      const { [name]: dropped = null, ...rest } = value;
      yield { how: `without ${name}`, answer: rest };
      for (const { how, answer } of breaks(member, dropped)) {
        yield { how: `${name}: ${how}`, answer: { ...value, [name]: answer } };
      }
    }
  } else if (field.type === 'array' && isJsonArray(value)) {
    yield { how: 'too many items', answer: Array.from({ length: field.maxItems + 1 }, () => value[0] ?? null) };
    if (field.minItems > 0) {
      yield { how: 'too few items', answer: value.slice(0, field.minItems - 1) };
    }
    for (const [index, item] of value.entries()) {
      for (const { how, answer } of breaks(field.items, item)) {
        yield { how: `${index}: ${how}`, answer: [...value.slice(0, index), answer, ...value.slice(index + 1)] };
      }
    }
  } else {
    yield { how: 'an object for another type', answer: {} };
    yield* outOfBounds(field);
  }
}

function* outOfBounds(field: Field): Generator<Broken> {
  switch (field.type) {
    case 'integer':
    case 'number':
      yield { how: 'a fraction or below', answer: field.minimum - 0.5 };
      yield { how: 'below the minimum', answer: field.minimum - 1 };
      yield { how: 'above the maximum', answer: field.maximum + 1 };
      yield { how: 'not a number', answer: Number.NaN };
      return;
    case 'string':
    case 'verbatim':
      yield { how: 'too long', answer: 'x'.repeat(field.maxLength + 1) };
      return;
    case 'label':
      yield { how: 'another label', answer: 'surely no label' };
      return;
    case 'date':
      yield { how: 'a day that does not exist', answer: '2026-02-30' };
      return;
    case 'boolean':
      yield { how: 'the word', answer: 'true' };
      return;
    case 'object':
    case 'array':
      return;
    default:
      field satisfies never;
  }
}
