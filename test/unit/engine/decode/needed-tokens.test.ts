import { expect, test } from 'vitest';
import { neededTokens } from '../../../../src/engine/decode/needed-tokens.ts';
import type { Field } from '../../../../src/task/field.ts';

/** A tokenizer that knows single characters alone. */
const characters = (text: string): number => text.length;

const integer = (minimum: number, maximum: number): Field => ({
  type: 'integer',
  minimum,
  maximum,
  nullable: false,
});

test.each([
  [-10, 10, 1],
  [100_000, 1e9, 6],
  [-1e9, -1_000, 5],
])('an integer between %d and %d needs at least %d characters', (minimum, maximum, least) => {
  expect(neededTokens(integer(minimum, maximum), characters)).toBe(least);
});

test('what may be null needs no more than `null`, and a label is counted with the longest one', () => {
  expect(neededTokens({ ...integer(1e9, 1e10), nullable: true }, characters)).toBe(4);
  expect(neededTokens({ type: 'label', labels: ['a', 'longer'], nullable: false }, characters)).toBe(3 + 8);
});
