import fc from 'fast-check';
import { expect, test } from 'vitest';
import { largestShortSlots, placeShortly } from '../../../../src/engine/decode/place-documents.ts';

const most = { slots: 16, slotTokens: 2048 };
const AROUND = 160;

function documentsOf(lengths: readonly number[]) {
  return lengths.map((length, number) => ({ number, tokens: Array.from({ length }, () => 1) }));
}

const lengthsOf = (documents: readonly { readonly tokens: readonly number[] }[]) =>
  documents.map(({ tokens }) => tokens.length);

test('every document is placed once, in slots that hold it and what is around it, which are no larger than two long ones', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 1800 }), { maxLength: 40 }), (lengths) => {
      const placed = placeShortly(documentsOf(lengths), AROUND, most);
      const numbers = placed.flatMap(({ documents }) => documents.map(({ number }) => number));
      expect(numbers.toSorted((one, other) => one - other)).toEqual(lengths.map((_, number) => number));
      for (const { shape, leastFree, documents } of placed) {
        expect(shape.slots).toBeLessThanOrEqual(most.slots);
        expect(shape.slots * shape.slotTokens).toBeLessThanOrEqual(2 * most.slotTokens);
        expect(leastFree).toBeLessThanOrEqual(shape.slots);
        expect(Math.max(0, ...lengthsOf(documents)) + (shape.slots === 1 ? 0 : AROUND)).toBeLessThanOrEqual(
          shape.slotTokens,
        );
      }
    }),
  );
});

test('short documents go sorted by length into as many slots as the memory allows, and half of them are filled at once', () => {
  const [short] = placeShortly(documentsOf([40, 30, 50, 35]), AROUND, most);
  expect(short).toMatchObject({ shape: { slots: 16, slotTokens: 256 }, leastFree: 8 });
  expect(lengthsOf(short?.documents ?? [])).toEqual([30, 35, 40, 50]);
  expect(placeShortly(documentsOf([240, 230, 250, 235]), AROUND, most)[0]?.shape).toEqual({
    slots: 8,
    slotTokens: 512,
  });
});

test('what is longer than three quarters of the documents goes through one long slot, in its order', () => {
  const [short, long] = placeShortly(documentsOf([900, 40, 30, 35, 50, 45, 20, 800]), AROUND, most);
  expect(lengthsOf(short?.documents ?? [])).toEqual([20, 30, 35, 40, 45, 50]);
  expect(long).toMatchObject({ shape: { slots: 1, slotTokens: 2048 }, leastFree: 1 });
  expect(lengthsOf(long?.documents ?? [])).toEqual([900, 800]);
});

test('fewer than four documents, and long ones, go one after another through one long slot', () => {
  for (const lengths of [[30, 30, 30], [1000, 1000, 1000, 1000, 1000], []]) {
    const placed = placeShortly(documentsOf(lengths), AROUND, most);
    expect(placed).toEqual([{ shape: { slots: 1, slotTokens: 2048 }, leastFree: 1, documents: documentsOf(lengths) }]);
  }
});

test('no short slots take more memory than the largest ones, and no long slot does', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 4, maxLength: 40 }),
      fc.integer({ min: 1, max: 32 }),
      fc.integer({ min: 64, max: 4096 }),
      (lengths, slots, slotTokens) => {
        const many = { slots, slotTokens };
        const largest = largestShortSlots(many);
        const mostTokens = largest === null ? 0 : largest.slots * largest.slotTokens;
        expect(largest === null || mostTokens >= slotTokens).toBe(true);
        const [{ shape } = { shape: many }] = placeShortly(documentsOf(lengths), AROUND, many);
        if (shape.slots === 1) return;
        expect(shape.slots * shape.slotTokens).toBeLessThanOrEqual(mostTokens);
      },
    ),
  );
});
