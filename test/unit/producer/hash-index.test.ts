import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sha256Schema } from '../../../schemas/ids.ts';
import { sha256Of } from '../../../src/sha256.ts';
import { createHashIndex } from '../../../src/producer/hash-index.ts';

test('an index gives the first number of every hash, as a map would, whatever it was made for', () => {
  const entries = fc.array(fc.tuple(fc.integer({ min: 0, max: 3000 }), fc.maxSafeNat()), { maxLength: 60 });
  fc.assert(
    fc.property(entries, fc.integer({ min: 0, max: 5000 }), (pairs, expected) => {
      const index = createHashIndex(expected);
      const map = new Map<number, number>();
      for (const [key, value] of pairs) {
        index.add(sha256Of(String(key)), value % 2 ** 50);
        if (!map.has(key)) map.set(key, value % 2 ** 50);
      }
      for (let key = 0; key <= 3000; key += 7) expect(index.get(sha256Of(String(key)))).toBe(map.get(key));
      for (const [key, value] of map) expect(index.get(sha256Of(String(key)))).toBe(value);
    }),
    { numRuns: 20 },
  );
});

test('an index grows past what it was made for and loses nothing', () => {
  const index = createHashIndex(10);
  for (let number = 0; number < 5000; number += 1) index.add(sha256Of(String(number)), number);
  for (let number = 0; number < 5000; number += 1) expect(index.get(sha256Of(String(number)))).toBe(number);
  expect(index.get(sha256Of('5000'))).toBeUndefined();
});

test('hashes that begin alike are told apart', () => {
  const index = createHashIndex();
  const [one, other] = [sha256Of('one'), sha256Of('other')];
  const mixed = sha256Schema.parse(one.slice(0, 8) + other.slice(8));
  index.add(one, 1);
  index.add(mixed, 2);
  expect([index.get(one), index.get(mixed), index.get(other)]).toEqual([1, 2, undefined]);
});
