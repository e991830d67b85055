import fc from 'fast-check';
import { expect, test } from 'vitest';
import { answerAutomaton } from '../../../../src/engine/answer/answer-automaton.ts';
import { stepAll, toBytes } from '../../../../src/engine/answer/answer-state.ts';
import { type CopyKind, findCopyBorders, toCopyKinds } from '../../../../src/engine/answer/copy-borders.ts';
import { prepareCopyText } from '../../../../src/engine/answer/copy-text.ts';
import { toNumberRange } from '../../../../src/engine/answer/number-state.ts';
import type { Field, FieldKind, ObjectField } from '../../../../src/task/field.ts';
import { worstCaseBytes } from '../../../../src/task/worst-case.ts';
import { textArbitrary } from '../arbitrary-field.ts';

function only(kind: FieldKind): Field & ObjectField {
  return { nullable: false, type: 'object', properties: [{ name: 'a', field: { ...kind, nullable: false } }] };
}

function accepts(kind: FieldKind, json: string, text = ''): boolean {
  const start = answerAutomaton(only(kind), prepareCopyText(text));
  return stepAll(start, toBytes(`{"a":${json}}`))?.done === true;
}

function isControl(character: string): boolean {
  return character < ' ';
}

test('every integer within the bounds can be written, and none outside them', () => {
  const bound = fc.oneof(fc.integer({ min: -200, max: 200 }), fc.maxSafeInteger());
  fc.assert(
    fc.property(bound, bound, bound, (left, right, value) => {
      const kind = { type: 'integer', minimum: Math.min(left, right), maximum: Math.max(left, right) } as const;
      expect(accepts(kind, String(value))).toBe(value >= kind.minimum && value <= kind.maximum);
    }),
    { numRuns: 500 },
  );
});

test('every number of up to six decimals within the bounds can be written, and none outside them', () => {
  const bound = fc.oneof(
    fc.integer({ min: -300, max: 300 }).map((value) => value / 100),
    fc.integer({ min: -3e9, max: 3e9 }).map((value) => value / 1e6),
  );
  fc.assert(
    fc.property(bound, bound, bound, (left, right, value) => {
      const kind = { type: 'number', minimum: Math.min(left, right), maximum: Math.max(left, right) } as const;
      const written = value.toFixed(6).replace(/\.?0+$/, '');
      fc.pre(!written.startsWith('-0') || Number(written) !== 0);
      expect(accepts(kind, written)).toBe(value >= kind.minimum && value <= kind.maximum);
    }),
    { numRuns: 500 },
  );
});

test.each(['01', '-0', '1.', '.5', '1e3', '+1', '--1', '1.0000001', 'NaN', ''])('%j is no number', (written) => {
  expect(accepts({ type: 'number', minimum: -10_000, maximum: 10_000 }, written)).toBe(false);
});

test('bounds with many decimals give the numbers between them as many', () => {
  expect(accepts({ type: 'number', minimum: 1e-9, maximum: 2e-9 }, '0.000000001')).toBe(true);
  expect(accepts({ type: 'number', minimum: 1e-9, maximum: 2e-9 }, '0.000001')).toBe(false);
});

test('no number that may be written is longer than the bound of its field says', () => {
  const kind = { type: 'number', minimum: -1e15, maximum: 1.5e-19 } as const;
  const longest = '-999999999999999.99999999999999999999';
  expect(accepts(kind, longest)).toBe(true);
  expect(longest.length).toBeLessThanOrEqual(worstCaseBytes({ ...kind, nullable: false }));
  // Usual bounds cost no more than they need.
  expect(worstCaseBytes({ type: 'number', minimum: -1e15, maximum: 1e15, nullable: false })).toBe(25);
});

test('bounds so near to each other that no decimal lies between them leave an empty range', () => {
  const { lowest, highest } = toNumberRange({ type: 'number', minimum: 1.1e-21, maximum: 1.2e-21 });
  expect(lowest > highest).toBe(true);
});

test('every day of the calendar from the year 1000 on can be written, and nothing else', () => {
  const days = fc.date({ min: new Date('1000-01-01'), max: new Date('9999-12-31'), noInvalidDate: true });
  fc.assert(
    fc.property(days, (day) => {
      expect(accepts({ type: 'date' }, JSON.stringify(day.toISOString().slice(0, 10)))).toBe(true);
    }),
  );
  for (const wrong of [
    '2023-02-29',
    '1900-02-29',
    '2024-13-01',
    '2024-00-10',
    '2024-01-00',
    '2024-01-32',
    '2024-1-01',
  ]) {
    expect(accepts({ type: 'date' }, JSON.stringify(wrong))).toBe(false);
  }
  expect(accepts({ type: 'date' }, '"2024-02-29"')).toBe(true);
});

test('every well-formed text of allowed length can be written as a free string', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string({ unit: 'binary-ascii' }), fc.string({ unit: 'grapheme' })),
      fc.nat(8),
      fc.nat(8),
      (text, minLength, more) => {
        // Control characters without a short escape are not worth a token.
        const printable = Array.from(text)
          .filter((character) => !isControl(character) || /[\b\t\n\f\r]/.test(character))
          .join('');
        const length = Array.from(printable).length;
        const kind = { type: 'string', minLength, maxLength: minLength + more } as const;
        expect(accepts(kind, JSON.stringify(printable))).toBe(length >= minLength && length <= minLength + more);
      },
    ),
  );
});

/** By definition: all pieces of the text of at most 6 code points that the borders of this kind allow. */
function findCopies(text: string, kind: CopyKind): Set<string> {
  const borders = findCopyBorders(text, kind);
  const characters = Array.from(text);
  const copies = new Set<string>();
  for (const [from] of characters.entries()) {
    for (let length = 1; length <= 6 && from + length <= characters.length; length += 1) {
      const value = characters.slice(from, from + length).join('');
      const start = characters.slice(0, from).join('').length;
      const isLine = value.isWellFormed() && !Array.from(value).some((one) => isControl(one) && one !== '\t');
      const isCut = borders[start] === 1 && borders[start + value.length] === 1 && value === value.trim();
      if (isLine && isCut && (kind !== 'figure' || /\p{Nd}/u.test(value))) {
        copies.add(value);
      }
    }
  }
  return copies;
}

test('what stands between two borders of a line can be copied, by the first kind of borders that leaves something', () => {
  const normalization = fc.constantFrom(undefined, 'number', 'date', 'currency');
  fc.assert(
    fc.property(textArbitrary, normalization, fc.nat(20), fc.nat(8), (text, normalize, from, length) => {
      const kind = { type: 'verbatim', maxLength: 6, ...(normalize === undefined ? {} : { normalize }) } as const;
      const copies =
        toCopyKinds(normalize)
          .map((borders) => findCopies(text, borders))
          .find(({ size }) => size > 0) ?? new Set(['']);
      const piece = Array.from(text)
        .slice(from, from + length)
        .join('');
      for (const value of [piece, piece.trim(), '', ...copies]) {
        expect(accepts(kind, JSON.stringify(value), text)).toBe(copies.has(value));
      }
    }),
    { numRuns: 500 },
  );
});

test.each([
  ['48,400 JPY', '48,40', 'number'],
  ['   4 312,50', '12,50', 'number'],
  ['   4 312,50', '312,50', 'number'],
  ['£337.50', '7.50', 'number'],
  ['12,480.00', '48', 'number'],
  ['total due 7', 'total', 'number'],
  ['14.03.2026', '14.03', 'date'],
  ['Gullhaven Paper', 'Gull', undefined],
] as const)('of `%s`, `%s` is no copy', (text, value, normalize) => {
  const kind = { type: 'verbatim', maxLength: 40, ...(normalize === undefined ? {} : { normalize }) } as const;
  expect(accepts(kind, JSON.stringify(value), text)).toBe(false);
  expect(accepts(kind, JSON.stringify(text.trim()), text)).toBe(true);
});

test('a nullable number is null where the text has no digit', () => {
  const field = { nullable: true, type: 'verbatim', maxLength: 9, normalize: 'number' } as const;
  const output: Field = { nullable: false, type: 'object', properties: [{ name: 'a', field }] };
  const start = answerAutomaton(output, prepareCopyText('no digit'));
  expect(stepAll(start, '{"a":null}')?.done).toBe(true);
  expect(stepAll(start, '{"a":"')).toBeUndefined();
});

test('a value that a longer one only begins with can be copied on its own', () => {
  expect(accepts({ type: 'verbatim', maxLength: 9 }, '"12"', '120 12')).toBe(true);
});

test('JSON is compact and its members are in schema order', () => {
  const output: Field & ObjectField = {
    nullable: false,
    type: 'object',
    properties: [
      { name: 'a', field: { nullable: false, type: 'boolean' } },
      { name: 'b', field: { nullable: true, type: 'boolean' } },
    ],
  };
  const ends = (json: string) => stepAll(answerAutomaton(output, prepareCopyText('')), toBytes(json))?.done === true;
  expect(ends('{"a":true,"b":null}')).toBe(true);
  expect(ends('{"b":null,"a":true}')).toBe(false);
  expect(ends('{"a": true,"b":null}')).toBe(false);
  expect(ends('{"a":null,"b":null}')).toBe(false);
});
