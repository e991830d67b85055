import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type BatchBounds, type PlacedRun, toEvenBatches } from '../../../../src/engine/decode/even-batches.ts';

const bounds: BatchBounds = { batchTokens: 512, slotTokens: 256 };

/** Runs of neighbouring slots with so many tokens. */
function runsOf(lengths: readonly number[], at = 10): PlacedRun[] {
  return lengths.map((length, slot) => ({
    slot,
    at,
    tokens: Array.from({ length }, (_, token) => token),
    asks: false,
  }));
}

/** The slots of each batch, with their padding where they have some. */
function show(batches: readonly (readonly PlacedRun[])[]): string[] {
  return batches.map((batch) =>
    batch.map(({ slot, padding }) => (padding === undefined ? String(slot) : `${slot}~${padding}`)).join(' '),
  );
}

test('every token is in one batch, in its order, and every batch is even, of neighbours, and within its bounds', () => {
  const runsArbitrary = fc
    .array(fc.record({ length: fc.nat(40), at: fc.nat(60), gap: fc.integer({ min: 1, max: 9 }) }), { maxLength: 16 })
    .map((all) => {
      let slot = 0;
      return all.map(({ length, at, gap }): PlacedRun => {
        // Most of them are neighbours.
        slot += gap === 9 ? 2 : 1;
        return { slot, at, tokens: Array.from({ length }, (_, token) => token), asks: false };
      });
    });
  const boundsArbitrary = fc.record({
    batchTokens: fc.integer({ min: 16, max: 200 }),
    slotTokens: fc.integer({ min: 100, max: 120 }),
  });
  fc.assert(
    fc.property(runsArbitrary, boundsArbitrary, (runs, { batchTokens, slotTokens }) => {
      const batches = toEvenBatches(runs, { batchTokens, slotTokens });
      expect(batches.flat().filter(({ tokens }) => tokens.length > 0)).toMatchObject(
        runs.filter(({ tokens }) => tokens.length > 0),
      );
      for (const batch of batches.filter(({ length }) => length > 1)) {
        const sizes = batch.map(({ tokens, padding = 0 }) => tokens.length + padding);
        expect(new Set(sizes).size).toBe(1);
        expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(batchTokens);
        expect(batch.map(({ slot }, index) => slot - index)).toEqual(batch.map(() => batch[0]?.slot));
        expect(batch.every(({ at }) => at + (sizes[0] ?? 0) <= slotTokens)).toBe(true);
      }
    }),
  );
});

test('short runs of about the same length share a batch, and the shorter ones are padded', () => {
  expect(show(toEvenBatches(runsOf([30, 32, 31]), bounds))).toEqual(['0~2 1 2~1']);
});

test('a batch holds no more tokens than it may', () => {
  expect(show(toEvenBatches(runsOf([30, 30, 30, 30]), { ...bounds, batchTokens: 60 }))).toEqual(['0 1', '2 3']);
});

test('a run that would need much padding goes alone', () => {
  expect(show(toEvenBatches(runsOf([5, 200, 5]), bounds))).toEqual(['0', '1', '2']);
});

test('a slot without anything to read is padded where that joins its neighbours, and left out where it does not', () => {
  expect(show(toEvenBatches(runsOf([3, 3, 0, 3, 3, 3]), bounds))).toEqual(['0 1 2~3 3 4 5']);
  expect(show(toEvenBatches(runsOf([0, 8, 0, 0, 8]), bounds))).toEqual(['1', '4']);
  expect(toEvenBatches(runsOf([0, 0]), bounds)).toEqual([]);
});

test('a slot without room for padding keeps its own batch', () => {
  const [first, second] = runsOf([30, 29]);
  const full = second === undefined ? [] : [{ ...second, at: bounds.slotTokens - 29 }];
  expect(show(toEvenBatches([...(first === undefined ? [] : [first]), ...full], bounds))).toEqual(['0', '1']);
});
