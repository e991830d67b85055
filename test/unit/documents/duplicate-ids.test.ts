import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createDuplicateFinder } from '../../../src/documents/duplicate-ids.ts';

function suspectsOf(ids: readonly string[]) {
  const finder = createDuplicateFinder();
  for (const id of ids) finder.add(id);
  return finder.suspects();
}

test('exactly the ids that stand more than once are suspects [F19]', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.string(), fc.constantFrom('a', 'b', 'c'))), (ids) => {
      const repeated = new Set(ids.filter((id, index) => ids.indexOf(id) !== index));
      const suspects = suspectsOf(ids);
      expect(ids.filter((id) => suspects.has(id) !== repeated.has(id))).toEqual([]);
      expect(suspects.count).toBe(repeated.size);
    }),
  );
});

test('one pair among many ids is found wherever it stands', () => {
  const ids = Array.from({ length: 20_000 }, (_, index) => `ticket-${index}`);
  const suspects = suspectsOf([...ids, 'ticket-17']);
  expect([suspects.count, suspects.has('ticket-17'), suspects.has('ticket-18')]).toEqual([1, true, false]);
  expect(suspectsOf(ids).count).toBe(0);
  expect(suspectsOf([]).count).toBe(0);
});
