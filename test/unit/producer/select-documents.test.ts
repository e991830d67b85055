import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Selection, selectDocuments } from '../../../src/producer/select-documents.ts';
import { collect } from '../../support/collect.ts';

async function* documentsOf(count: number) {
  for (let index = 0; index < count; index += 1) yield { id: `${index}.txt` };
}

const select = async (count: number, selection: Selection): Promise<number[]> =>
  (await collect(selectDocuments(documentsOf(count), selection))).map(({ id }) => Number.parseInt(id, 10));

describe('a selection', () => {
  test('of nothing is everything', async () => {
    expect(await select(3, {})).toEqual([0, 1, 2]);
  });

  test('by a limit is the first documents, and asks for no more of them', async () => {
    let asked = 0;
    const counted = async function* () {
      for await (const document of documentsOf(100)) {
        asked += 1;
        yield document;
      }
    };
    expect(await collect(selectDocuments(counted(), { limit: 3 }))).toHaveLength(3);
    expect(asked).toBe(3);
    expect(await select(10, { limit: 0 })).toEqual([]);
  });

  test('by a sample has its size, keeps the order, and is the same for the same seed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(300), fc.nat(60), fc.nat(), async (count, size, seed) => {
        const sample = await select(count, { sample: { size, seed } });
        expect(sample).toHaveLength(Math.min(size, count));
        expect(sample).toEqual([...new Set(sample)].sort((one, other) => one - other));
        expect(await select(count, { sample: { size, seed } })).toEqual(sample);
      }),
      { numRuns: 50 },
    );
  });

  test('by a sample is the documents whose ids hash lowest under the seed', async () => {
    const rank = (place: number) => createHash('sha256').update(`7\n${place}.txt`).digest('hex');
    const all = Array.from({ length: 300 }, (_, place) => place);
    const lowest = all.toSorted((one, other) => (rank(one) < rank(other) ? -1 : 1)).slice(0, 20);
    expect(await select(300, { sample: { size: 20, seed: 7 } })).toEqual(lowest.toSorted((one, other) => one - other));
  });

  test('by a sample draws by id: more documents only push others out', async () => {
    const fewer = await select(150, { sample: { size: 20, seed: 7 } });
    const more = await select(300, { sample: { size: 20, seed: 7 } });
    const stayed = more.filter((place) => place < 150);
    expect(stayed.length).toBeGreaterThan(0);
    for (const place of stayed) expect(fewer).toContain(place);
  });

  test('by another seed is another sample', async () => {
    const one = await select(300, { sample: { size: 20, seed: 1 } });
    expect(await select(300, { sample: { size: 20, seed: 2 } })).not.toEqual(one);
  });

  test('by sample and limit is the beginning of the sample', async () => {
    const sample = await select(300, { sample: { size: 20, seed: 1 } });
    expect(await select(300, { sample: { size: 20, seed: 1 }, limit: 5 })).toEqual(sample.slice(0, 5));
  });
});
