import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { needsOf, toLimit } from '../../../src/bench/limit.ts';

test('the limit is reading at one rate and choosing at the other', () => {
  expect(toLimit({ prefix: 500, read: 200, steps: 30 }, { prefill: 1000, decode: 100 })).toBeCloseTo(2);
});

test('reading gives the first choice, and what stands behind the last one is never read', () => {
  const documents = [
    { read: 210, forced: 11, chosen: 1 },
    { read: 190, forced: 31, chosen: 21 },
  ];
  expect(needsOf(140, documents)).toEqual({ prefix: 140, read: 220, steps: 10 });
});

test('nothing needs less than nothing', () => {
  const count = fc.nat({ max: 1000 });
  fc.assert(
    fc.property(fc.array(fc.record({ read: count, forced: count, chosen: count })), (documents) => {
      const { read, steps } = needsOf(10, documents);
      expect(Math.min(read, steps)).toBeGreaterThanOrEqual(0);
    }),
  );
});
