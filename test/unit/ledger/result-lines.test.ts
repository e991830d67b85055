import fc from 'fast-check';
import { unlink, writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import type { ResultLine } from '../../../schemas/result.ts';
import { createRound } from '../../../src/ledger/create-round.ts';
import { finalizeRun } from '../../../src/ledger/finalize-run.ts';
import type { OpenRun } from '../../../src/ledger/open-run.ts';
import { type OnMissing, finalLines, latestLines, skipMissing } from '../../../src/ledger/result-lines.ts';
import type { RunPaths } from '../../../src/ledger/run-paths.ts';
import { aDocument, aRun, aRunWithAliases, commitRound, failedLine, okLine } from '../../support/a-run.ts';
import { sha256Of } from '../../../src/sha256.ts';
import { createFastFiles } from '../../support/fast-files.ts';

/** A plan, later rounds over some of its documents (by place), and aliases (by place); ids are made from places. */
const scenarioArbitrary = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 }).chain((sizes) => {
  const places = fc.subarray([...Array(sizes.reduce((sum, size) => sum + size, 0)).keys()]);
  return fc.record({
    sizes: fc.constant(sizes),
    rounds: fc.array(fc.record({ places, shardSize: fc.integer({ min: 1, max: 3 }) }), { maxLength: 3 }),
    aliases: fc.array(places, { maxLength: 2 }),
  });
});

type Scenario = typeof scenarioArbitrary extends fc.Arbitrary<infer T> ? T : never;

/** What the results have to be, made the simple way: a map of the last line of each document. */
function naiveResults({ sizes, rounds, aliases }: Scenario): ResultLine[] {
  const count = sizes.reduce((sum, size) => sum + size, 0);
  const last = new Map<number, number>();
  for (const [index, { places }] of rounds.entries()) {
    if (places.length > 0) for (const place of places) last.set(place, numberOf(rounds, index));
  }
  return [...Array(count).keys()].flatMap((place) => {
    const ids = [idOf(place), ...aliases.flatMap((of, alias) => (of.includes(place) ? [aliasOf(place, alias)] : []))];
    return ids.map((id) => lineIn(last.get(place) ?? 1, id));
  });
}

/** Rounds over no document are left out, so the numbers of the others move up. */
function numberOf(rounds: Scenario['rounds'], index: number): number {
  return 1 + rounds.slice(0, index + 1).filter(({ places }) => places.length > 0).length;
}

const idOf = (place: number): string => `${String(place).padStart(3, '0')}.txt`;
// U+2028 ends a line for some readers, and a file name may hold it.
const aliasOf = (place: number, alias: number): string => `${idOf(place)}\u2028copy-${alias}`;
const lineIn = (round: number, id: string): ResultLine => okLine(id, 'billing', round / 10);

async function makeRun(out: string, { sizes, rounds, aliases }: Scenario): Promise<{ open: OpenRun; round: number }> {
  let next = 0;
  const shards = sizes.map((size) => Array.from({ length: size }, () => idOf(next++)));
  const copies = aliases.flatMap((of, alias) =>
    of.map((place) => ({ id: aliasOf(place, alias), of: idOf(place), place, alias })),
  );
  const open = await aRunWithAliases(out, shards, copies);
  await commitRound(open, 1, (id) => lineIn(1, id));
  await finalizeRun(open);
  let round = 1;
  for (const { places, shardSize } of rounds) {
    if (places.length === 0) continue;
    await createRound(open, inShards(places.map(idOf), shardSize));
    round += 1;
    await commitRound(open, round, (id) => lineIn(round, id));
    await finalizeRun(open);
  }
  return { open, round };
}

async function* inShards(ids: readonly string[], size: number) {
  for (let start = 0; start < ids.length; start += size) yield ids.slice(start, start + size).map(aDocument);
}

function readingAhead(paths: RunPaths, readsAtOnce: number): RunPaths {
  return { ...paths, store: { ...paths.store, readsAtOnce } };
}

async function readFinal(paths: RunPaths, round: number, onMissing = skipMissing): Promise<ResultLine[]> {
  const lines: ResultLine[] = [];
  for await (const { result, text } of finalLines(paths, round, onMissing)) {
    expect(JSON.parse(text)).toEqual(result);
    lines.push(result);
  }
  return lines;
}

describe('the lines of a run', () => {
  test('are those of a simple model, whatever rounds and aliases there are', async () => {
    await fc.assert(
      fc.asyncProperty(scenarioArbitrary, fc.integer({ min: 1, max: 4 }), async (scenario, atOnce) => {
        await using files = await createFastFiles();
        const { open, round } = await makeRun(files.directory, scenario);
        expect(await readFinal(readingAhead(open.paths, atOnce), round)).toEqual(naiveResults(scenario));
      }),
      { numRuns: 25 },
    );
  }, 30_000);

  test('of planned documents keep their place in the first plan', async () => {
    await using files = await createFastFiles();
    const scenario = { sizes: [2, 1], rounds: [{ places: [1, 2], shardSize: 2 }], aliases: [[0]] };
    const { open } = await makeRun(files.directory, scenario);
    const lines = [];
    for await (const { shard, index, result } of latestLines(open.paths, 2)) lines.push([result.id, shard, index]);
    expect(lines).toEqual([
      ['000.txt', 0, 0],
      ['001.txt', 0, 1],
      ['002.txt', 1, 0],
    ]);
  });

  test('stop at the first missing shard, or pass over it with its aliases', async () => {
    await using files = await createFastFiles();
    const aliases = ['a', 'b', 'c'].map((id) => ({ id: `copy of ${id}`, of: id }));
    const { paths, ...open } = await aRunWithAliases(files.directory, [['a'], ['b'], ['c']], aliases);
    await commitRound({ paths, ...open }, 1, okLine, (shard) => shard !== 1);
    const ids = async (onMissing: OnMissing) => (await readFinal(paths, 1, onMissing)).map(({ id }) => id);
    expect(await ids({ follows: false, decide: async () => 'stop' })).toEqual(['a', 'copy of a']);
    expect(await ids(skipMissing)).toEqual(['a', 'copy of a', 'c', 'copy of c']);
  });

  test.each([1, 3])(
    'followed while parts come in any order are those of the finished run, %i at once',
    async (atOnce) => {
      await using files = await createFastFiles();
      const open = await aRunWithAliases(files.directory, [['a', 'b'], ['c'], ['d']], [{ id: 'copy', of: 'c' }]);
      const waiting = [2, 0, 1];
      // Each time the reader finds nothing it lets the next worker finish, whichever shard that one has.
      const decide: OnMissing['decide'] = async () => {
        const shard = waiting.shift();
        if (shard === undefined) return 'stop';
        await commitRound(open, 1, okLine, (candidate) => candidate === shard);
        return 'look-again';
      };
      const followed = await readFinal(readingAhead(open.paths, atOnce), 1, { follows: true, decide });
      expect(followed.map(({ id }) => id)).toEqual(['a', 'b', 'c', 'copy', 'd']);
      expect(await readFinal(open.paths, 1)).toEqual(followed);
    },
  );

  test('are read from a slow store with as many parts on their way as it allows, and no more', async () => {
    await using files = await createFastFiles();
    const { paths, ...open } = await aRun(files.directory, [['a'], ['b'], ['c'], ['d'], ['e']]);
    await commitRound({ paths, ...open });
    let onTheirWay = 0;
    let most = 0;
    const threeAtOnce = Promise.withResolvers<void>();
    const readFile = async (path: string) => {
      onTheirWay += 1;
      most = Math.max(most, onTheirWay);
      if (onTheirWay === 3) threeAtOnce.resolve();
      await threeAtOnce.promise;
      const bytes = await paths.store.readFile(path);
      onTheirWay -= 1;
      return bytes;
    };
    const slow = { ...paths, store: { ...paths.store, readFile, readsAtOnce: 3 } };
    expect(await readFinal(slow, 1)).toEqual(await readFinal(paths, 1));
    expect(most).toBe(3);
  });

  test('of a document that failed give its alias the same error', async () => {
    await using files = await createFastFiles();
    const open = await aRunWithAliases(files.directory, [['a']], [{ id: 'copy', of: 'a' }]);
    await commitRound(open, 1, (id) => failedLine(id));
    expect(await readFinal(open.paths, 1)).toEqual([failedLine('a'), failedLine('copy')]);
  });

  test('of a changed file that a later round took leave its alias, which has not changed, as it was', async () => {
    await using files = await createFastFiles();
    const open = await aRunWithAliases(files.directory, [['a']], [{ id: 'copy', of: 'a' }]);
    await commitRound(open, 1, (id) => failedLine(id));
    await finalizeRun(open);
    const changed = { ...aDocument('a'), sha256: sha256Of('another content') };
    await createRound(
      open,
      (async function* () {
        yield [changed];
      })(),
    );
    await commitRound(open, 2, (id) => lineIn(2, id));
    expect(await readFinal(open.paths, 2)).toEqual([lineIn(2, 'a'), failedLine('copy')]);
  });

  test('of a later round are found although parts of the first one were deleted', async () => {
    await using files = await createFastFiles();
    const scenario = { sizes: [1, 1, 1], rounds: [{ places: [0, 1], shardSize: 1 }], aliases: [[1]] };
    const { open } = await makeRun(files.directory, scenario);
    await unlink(open.paths.part(1, 0));
    await unlink(open.paths.part(2, 0));
    const expected = [lineIn(2, idOf(1)), lineIn(2, aliasOf(1, 0)), lineIn(1, idOf(2))];
    expect(await readFinal(open.paths, 2)).toEqual(expected);
  });

  test('cannot be read past aliases that were edited', async () => {
    await using files = await createFastFiles();
    const open = await aRun(files.directory, [['a']]);
    await commitRound(open);
    await writeFile(open.paths.aliases, '{"id":"copy"}\n');
    await expect(readFinal(open.paths, 1)).rejects.toMatchObject({ code: 'CORRUPT' });
  });
});
