import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mapInOrder } from '../../src/map-in-order.ts';

async function* from<Value>(values: readonly Value[]): AsyncGenerator<Value> {
  yield* values;
}

async function* failing<Value>(values: readonly Value[]): AsyncGenerator<Value> {
  yield* values;
  throw new Error('no more');
}

test('results come in the order of the source and never more than the limit are at work', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(20)), fc.integer({ min: 1, max: 5 }), async (turns, limit) => {
      let [atWork, most] = [0, 0];
      const results: number[] = [];
      const mapped = mapInOrder(from([...turns.entries()]), limit, async ([index, count]) => {
        atWork += 1;
        most = Math.max(most, atWork);
        for (let turn = 0; turn < count; turn += 1) await Promise.resolve();
        atWork -= 1;
        return index;
      });
      for await (const result of mapped) results.push(result);
      expect(results).toEqual([...turns.keys()]);
      expect(most).toBeLessThanOrEqual(limit);
    }),
  );
});

test('a failure comes in its turn, after the results before it', async () => {
  const seen: number[] = [];
  const mapped = mapInOrder(from([1, 2, 3, 4]), 4, async (value) => {
    if (value === 3) throw new Error('three');
    return value;
  });
  await expect(async () => {
    for await (const value of mapped) seen.push(value);
  }).rejects.toThrow('three');
  expect(seen).toEqual([1, 2]);
});

test('a failure of the source comes in its turn, too', async () => {
  const seen: number[] = [];
  await expect(async () => {
    for await (const value of mapInOrder(failing([1, 2, 3]), 3, async (number) => number)) seen.push(value);
  }).rejects.toThrow('no more');
  expect(seen).toEqual([1, 2, 3]);
});

test('a consumer that stops waits for the work that has begun', async () => {
  let finished = 0;
  const mapped = mapInOrder(from([1, 2, 3]), 3, async (value) => {
    await setImmediate();
    finished += 1;
    return value;
  });
  for await (const value of mapped) if (value === 1) break;
  expect(finished).toBe(3);
});
