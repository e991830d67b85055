import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type PlannedShard,
  type SizedDocument,
  estimateTokens,
  planShards,
} from '../../../src/producer/plan-shards.ts';
import { aDocument } from '../../support/a-run.ts';
import { collect } from '../../support/collect.ts';

/** The bounds as the docs state them; a plan depends on them for ever, so they stand here once more. */
/** What a document costs at least, so many fit at most. */
const MOST_DOCUMENTS = 42;
const MOST_TOKENS = 4_096;

const bytesArbitrary = fc.oneof(
  { weight: 6, arbitrary: fc.nat(4_000) },
  { weight: 1, arbitrary: fc.nat(200_000) },
  { weight: 3, arbitrary: fc.constant(0) },
);
const sizesArbitrary = fc.array(bytesArbitrary, { maxLength: 400, size: 'max' });

async function* documentsOf(sizes: readonly number[]): AsyncGenerator<SizedDocument> {
  for (const [index, bytes] of sizes.entries()) yield { planned: aDocument(`${index}.txt`), bytes };
}

const plan = (sizes: readonly number[]): Promise<PlannedShard[]> => collect(planShards(documentsOf(sizes)));

describe('shards', () => {
  test('partition the documents in order, and none is empty', async () => {
    await fc.assert(
      fc.asyncProperty(sizesArbitrary, async (sizes) => {
        const shards = await plan(sizes);
        const ids = shards.flatMap(({ documents }) => documents.map(({ id }) => id));
        expect(ids).toEqual(sizes.map((_, index) => `${index}.txt`));
        expect(shards.every(({ documents }) => documents.length > 0)).toBe(true);
        expect(shards.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(sizes.reduce((sum, bytes) => sum + bytes, 0));
      }),
      { numRuns: 30 },
    );
  });

  test('stay within their bounds, unless one document alone is larger, and are as full as these allow', async () => {
    await fc.assert(
      fc.asyncProperty(sizesArbitrary, async (sizes) => {
        const shards = await plan(sizes);
        let place = 0;
        for (const { documents } of shards) {
          const costs = sizes.slice(place, place + documents.length).map(estimateTokens);
          const tokens = costs.reduce((sum, cost) => sum + cost, 0);
          place += documents.length;
          expect(documents.length).toBeLessThanOrEqual(MOST_DOCUMENTS);
          expect(tokens <= MOST_TOKENS || documents.length === 1).toBe(true);
          const next = sizes[place];
          const fits = next !== undefined && tokens + estimateTokens(next) <= MOST_TOKENS;
          expect(fits).toBe(false);
        }
      }),
      { numRuns: 30 },
    );
  });

  test('do not depend on the documents that follow', async () => {
    const sizes = Array.from({ length: 300 }, (_, index) => (index * 37) % 900);
    const whole = await plan(sizes);
    const beginning = await plan(sizes.slice(0, 200));
    expect(whole.slice(0, beginning.length - 1)).toEqual(beginning.slice(0, -1));
  });

  test('hold the same documents on every machine, and a document larger than a shard is one by itself', async () => {
    const countsOf = async (sizes: readonly number[]) => (await plan(sizes)).map(({ documents }) => documents.length);
    expect(await countsOf(Array.from({ length: 100 }, () => 0))).toEqual([42, 42, 16]);
    expect(await countsOf(Array.from({ length: 20 }, () => 2_000))).toEqual([6, 6, 6, 2]);
    expect(await countsOf([10, 1_000_000, 10])).toEqual([1, 1, 1]);
    expect(await countsOf([])).toEqual([]);
  });
});
