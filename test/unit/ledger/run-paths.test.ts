import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parsePartName, partName } from '../../../src/ledger/run-paths.ts';

const placeArbitrary = fc.record({
  round: fc.integer({ min: 1, max: 9999 }),
  shard: fc.integer({ min: 0, max: 99_999_999 }),
});

test('the name of a part says which one it is', () => {
  fc.assert(
    fc.property(placeArbitrary, ({ round, shard }) => {
      expect(parsePartName(partName(round, shard))).toEqual({ round, shard });
    }),
  );
});

test('parts of one round sort by name as they stand in the plan', () => {
  fc.assert(
    fc.property(fc.nat(999_999), fc.nat(999_999), (one, other) => {
      expect(partName(1, one) < partName(1, other)).toBe(one < other);
    }),
  );
});

test.for([
  '1-000001.jsonl.0123',
  '0-000001.jsonl',
  '1-1.jsonl',
  '1-000001.json',
  '.1-000001.jsonl',
  '10000-000001.jsonl',
])('%s is no part', (name) => {
  expect(parsePartName(name)).toBeNull();
});
