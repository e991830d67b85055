import fc from 'fast-check';
import { expect, test } from 'vitest';
import { matchItems } from '../../../src/evaluation/match-items.ts';

const table = fc.tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 1, max: 5 })).chain(([rows, columns]) =>
  fc.array(
    fc.array(
      fc.integer({ min: 0, max: 8 }).map((eighths) => eighths / 8),
      {
        minLength: columns,
        maxLength: columns,
      },
    ),
    { minLength: rows, maxLength: rows },
  ),
);

/** The greatest sum over all ways to give rows columns of their own. */
function bestSum(rows: readonly (readonly number[])[], taken: ReadonlySet<number> = new Set()): number {
  const [row, ...others] = rows;
  if (row === undefined) return 0;
  const free = row.flatMap((value, column) => (taken.has(column) ? [] : [{ value, column }]));
  const choices = free.map(({ value, column }) => value + bestSum(others, new Set([...taken, column])));
  return Math.max(bestSum(others, taken), ...choices);
}

test('no other matching has a greater sum of similarities', () => {
  fc.assert(
    fc.property(table, (rows) => {
      const sum = matchItems(rows).reduce((total, { gold, predicted }) => total + (rows[gold]?.[predicted] ?? NaN), 0);
      expect(sum).toBeCloseTo(bestSum(rows), 9);
    }),
  );
});

test('every item of the shorter list has one partner, and no item has two', () => {
  fc.assert(
    fc.property(table, (rows) => {
      const matches = matchItems(rows);
      const shorter = Math.min(rows.length, rows[0]?.length ?? 0);
      expect(new Set(matches.map(({ gold }) => gold)).size).toBe(shorter);
      expect(new Set(matches.map(({ predicted }) => predicted)).size).toBe(shorter);
      expect(matches).toHaveLength(shorter);
    }),
  );
});

test('items that are all alike keep their order', () => {
  const alike = Array.from({ length: 4 }, () => [1, 1, 1, 1, 1]);
  expect(matchItems(alike)).toEqual([0, 1, 2, 3].map((index) => ({ gold: index, predicted: index })));
});
