import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { writeText } from '../../../src/bench/write-text.ts';

const countWords = (text: string): number => text.split(/\s+/).filter((word) => word !== '').length;

test('a text has the wanted size, or a few tokens less', () => {
  fc.assert(
    fc.property(fc.constantFrom('mail', 'invoice'), fc.integer({ min: 10, max: 300 }), fc.nat(), (kind, size, seed) => {
      const words = countWords(writeText(kind, size, seed, countWords));
      expect(words).toBeLessThanOrEqual(size);
      expect(words).toBeGreaterThan(size - 5);
    }),
  );
});

test('the same seed gives the same text, another one another', () => {
  const write = (seed: number): string => writeText('mail', 100, seed, countWords);
  expect(write(7)).toBe(write(7));
  expect(write(7)).not.toBe(write(8));
});
