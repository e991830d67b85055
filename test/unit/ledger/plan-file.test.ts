import fc from 'fast-check';
import { readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { PlannedDocument } from '../../../schemas/plan.ts';
import { isAppError } from '../../../src/errors.ts';
import { createPlanWriter, indexPlan, openPlan } from '../../../src/ledger/plan-file.ts';
import { sha256Of } from '../../../src/sha256.ts';
import { pathsIn } from '../../../src/ledger/run-paths.ts';
import { aDocument } from '../../support/a-run.ts';
import { createFastFiles } from '../../support/fast-files.ts';

const documentArbitrary: fc.Arbitrary<PlannedDocument> = fc.record({
  id: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
  source: fc.oneof(
    fc.record({ root: fc.constant('docs'), path: fc.string({ minLength: 1, maxLength: 20 }) }),
    fc.record({ root: fc.constant('docs'), path: fc.constant('a.jsonl'), offset: fc.nat(), length: fc.nat() }),
  ),
  sha256: fc.option(fc.string().map(sha256Of)),
});
const shardsArbitrary = fc.array(fc.array(documentArbitrary, { minLength: 1, maxLength: 4 }), {
  minLength: 1,
  maxLength: 5,
});

async function writePlan(directory: string, shards: readonly (readonly PlannedDocument[])[]) {
  const paths = pathsIn(directory);
  await using plan = await createPlanWriter(paths.plan(1), paths.planIndex(1), 1);
  for (const documents of shards) await plan.append(documents);
  return { paths, totals: await plan.finish() };
}

async function readAll(paths: ReturnType<typeof pathsIn>): Promise<PlannedDocument[][]> {
  await using plan = await openPlan(paths, 1);
  const shards: PlannedDocument[][] = [];
  for (let shard = 0; shard < plan.shards; shard += 1) shards.push((await plan.readShard(shard)).documents);
  return shards;
}

/** What a damaged plan does to its reader: `read` says that the damage went unnoticed. */
async function readDamaged(paths: ReturnType<typeof pathsIn>): Promise<string> {
  try {
    await readAll(paths);
    return 'read';
  } catch (error) {
    return isAppError(error) ? error.code : `unexpected: ${String(error)}`;
  }
}

describe('a plan', () => {
  test('reads back shard by shard as it was written, with its totals and hash', async () => {
    await fc.assert(
      fc.asyncProperty(shardsArbitrary, async (shards) => {
        await using files = await createFastFiles();
        const { paths, totals } = await writePlan(files.directory, shards);
        expect(await readAll(paths)).toEqual(shards);
        expect(totals).toEqual({
          shards: shards.length,
          documents: shards.flat().length,
          sha256: sha256Of(await readFile(paths.plan(1))),
        });
      }),
      { numRuns: 20 },
    );
  });

  test('has an index that follows from it alone', async () => {
    await fc.assert(
      fc.asyncProperty(shardsArbitrary, async (shards) => {
        await using files = await createFastFiles();
        const { paths, totals } = await writePlan(files.directory, shards);
        const { index, documents } = await indexPlan(paths.plan(1));
        expect(index.equals(await readFile(paths.planIndex(1)))).toBe(true);
        expect(documents).toBe(totals.documents);
      }),
      { numRuns: 20 },
    );
  });

  test('gives a shard by its number without reading the others', async () => {
    await using files = await createFastFiles();
    const shards = Array.from({ length: 300 }, (_, shard) => [aDocument(`${shard}.txt`)]);
    const { paths } = await writePlan(files.directory, shards);
    await using plan = await openPlan(paths, 1);
    expect((await plan.readShard(299)).documents[0]?.id).toBe('299.txt');
    expect((await plan.readShard(0)).documents[0]?.id).toBe('0.txt');
  });

  test('that is larger than what is written at once reads back as well', async () => {
    await using files = await createFastFiles();
    const shards = Array.from({ length: 600 }, (_, shard) => [aDocument(`${shard}-${'x'.repeat(2_000 + shard)}`)]);
    const { paths, totals } = await writePlan(files.directory, shards);
    expect(totals.sha256).toBe(sha256Of(await readFile(paths.plan(1))));
    expect(await readAll(paths)).toEqual(shards);
  });

  test('is never written over another one', async () => {
    await using files = await createFastFiles();
    await writePlan(files.directory, [[aDocument('a')]]);
    await expect(writePlan(files.directory, [[aDocument('b')]])).rejects.toMatchObject({ code: 'EEXIST' });
  });
});

describe('a damaged plan', () => {
  test('is noticed whichever byte of its index is another one', async () => {
    await using files = await createFastFiles();
    const { paths } = await writePlan(files.directory, [[aDocument('a.txt')], [aDocument('b.txt')]]);
    const index = await readFile(paths.planIndex(1));
    for (const position of index.keys()) {
      const damaged = Buffer.from(index);
      damaged[position] = (index[position] ?? 0) ^ (position % 2 === 0 ? 0x01 : 0x40);
      await writeFile(paths.planIndex(1), damaged);
      expect([position, await readDamaged(paths)]).toEqual([position, 'CORRUPT']);
    }
  });

  test('is noticed when its index names a place that no file reaches', async () => {
    await using files = await createFastFiles();
    const { paths } = await writePlan(files.directory, [[aDocument('a.txt')]]);
    const index = await readFile(paths.planIndex(1), 'utf8');
    for (const damaged of [index.replace(/^0/, 'f'), index.replace(/ 0/, ' f'), index.replace(/ 0/, ' 7')]) {
      await writeFile(paths.planIndex(1), damaged);
      expect(await readDamaged(paths)).toBe('CORRUPT');
    }
  });

  test('is noticed whichever byte of a line is another one', async () => {
    await using files = await createFastFiles();
    const { paths } = await writePlan(files.directory, [[aDocument('a.txt')], [aDocument('b.txt')]]);
    const text = await readFile(paths.plan(1));
    for (const position of text.keys()) {
      if (text[position] === 0x0a) continue;
      const damaged = Buffer.from(text);
      damaged[position] = (text[position] ?? 0) ^ 0x01;
      await writeFile(paths.plan(1), damaged);
      expect([position, await readDamaged(paths)]).toEqual([position, 'CORRUPT']);
    }
  });

  test('is noticed when lines are missing at the end of plan or index, or all of them', async () => {
    const shards = [[aDocument('a.txt')], [aDocument('b.txt')], [aDocument('c.txt')]];
    for (const [file, bytes] of [
      ['plan.idx', 2 * 91],
      ['plan.idx', 91],
      ['plan.idx', 0],
      ['plan.idx', 100],
      ['plan.jsonl', 40],
      ['plan.jsonl', 0],
    ] as const) {
      await using files = await createFastFiles();
      const { paths } = await writePlan(files.directory, shards);
      await truncate(join(files.directory, file), bytes);
      expect([file, bytes, await readDamaged(paths)]).toEqual([file, bytes, 'CORRUPT']);
    }
  });

  test('is noticed when another shard stands in the place of one', async () => {
    await using files = await createFastFiles();
    const { paths } = await writePlan(files.directory, [[aDocument('a.txt')], [aDocument('b.txt')]]);
    const [first = '', second = ''] = (await readFile(paths.planIndex(1), 'utf8')).split('\n');
    await writeFile(paths.planIndex(1), `${second}\n${second}\n`);
    expect(await readDamaged(paths)).toBe('CORRUPT');
    await writeFile(paths.planIndex(1), `${first}\n${second}\n`);
    expect(await readDamaged(paths)).toBe('read');
  });
});
