import { appendFile, readFile, readdir, unlink } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { manifestSchema } from '../../../schemas/manifest.ts';
import { createRound, failedDocuments } from '../../../src/ledger/create-round.ts';
import { finalizeRun } from '../../../src/ledger/finalize-run.ts';
import { sha256Of } from '../../../src/sha256.ts';
import { finalLines } from '../../../src/ledger/result-lines.ts';
import { appendState, readState } from '../../../src/ledger/run-state.ts';
import { appendUsage } from '../../../src/ledger/usage.ts';
import { aDocument, aRun, aRunWithAliases, commitRound, failedLine, okLine } from '../../support/a-run.ts';
import { createFastFiles } from '../../support/fast-files.ts';

const at = '2026-01-02T03:04:05.000Z';

describe('the results of a complete run', () => {
  test.each([
    ['changed', (file: string) => appendFile(file, 'x')],
    ['deleted', (file: string) => unlink(file)],
  ])('are made again when the file was %s', async (_, damage) => {
    await using files = await createFastFiles();
    const open = await aRun(files.directory, [['a'], ['b']]);
    await commitRound(open);
    await finalizeRun(open);
    const results = await readFile(open.paths.results);
    await damage(open.paths.results);
    expect(await finalizeRun(open)).toMatchObject({ status: 'complete', outcomes: { ok: 2 } });
    expect(await readFile(open.paths.results)).toEqual(results);
  });
});

describe('finalising', () => {
  test('a run that lacks parts says how many, and changes nothing', async () => {
    await using files = await createFastFiles();
    const open = await aRun(files.directory, [['a'], ['b'], ['c']]);
    await commitRound(open, 1, okLine, (shard) => shard === 1);
    expect(await finalizeRun(open)).toEqual({ status: 'incomplete', round: 1, missing: 2 });
    expect((await readState(open.paths)).kind).toBe('open');
    expect(await readdir(open.paths.manifests)).toEqual([]);
  });

  test('writes results and manifest that say what the parts say', async () => {
    await using files = await createFastFiles();
    const open = await aRun(files.directory, [['a', 'b'], ['c']]);
    await commitRound(open, 1, (id) => (id === 'b' ? failedLine(id) : okLine(id)));
    await appendUsage(open.paths, 'w1', {
      round: 1,
      shard: 0,
      documents: 2,
      seconds: 1,
      tokens: { prompt: 0, cached: 0, forced: 0, chosen: 0 },
      cpu: 'A CPU',
    });
    const outcomes = { ok: 2, failed: { CHANGED: 1 }, skipped: {} };
    expect(await finalizeRun(open)).toEqual({ status: 'complete', round: 1, outcomes });
    const parts = await Promise.all([0, 1].map((shard) => readFile(open.paths.part(1, shard))));
    expect(await readFile(open.paths.results)).toEqual(Buffer.concat(parts));
    const manifest = manifestSchema.parse(JSON.parse(await readFile(open.paths.manifest(1), 'utf8')));
    expect(manifest).toEqual({
      v: 1,
      runId: open.run.runId,
      round: 1,
      planSha256: open.run.planSha256,
      documents: 3,
      outcomes,
      parts: parts.map((part, shard) => ({
        shard,
        lines: part.toString().split('\n').length - 1,
        bytes: part.byteLength,
        sha256: sha256Of(part),
      })),
      sha256: sha256Of(Buffer.concat(parts)),
      cpus: ['A CPU'],
    });
    expect(await readdir(open.paths.temporary)).toEqual([open.run.runId]);
    expect(await readdir(open.paths.attempts(open.run.runId))).toEqual([]);
  });

  test('by several at once ends in one state, one manifest and the same results [O14]', async () => {
    await using files = await createFastFiles();
    const open = await aRun(files.directory, [['a'], ['b']]);
    await commitRound(open);
    const finalizations = await Promise.all(Array.from({ length: 6 }, () => finalizeRun(open)));
    expect(new Set(finalizations.map((finalization) => JSON.stringify(finalization))).size).toBe(1);
    expect(finalizations[0]).toMatchObject({ status: 'complete' });
    expect((await readdir(open.paths.state)).sort()).toEqual(['0001', '0001-complete']);
    expect((await readFile(open.paths.results, 'utf8')).split('\n')).toHaveLength(3);
    expect(await readdir(open.paths.temporary)).toEqual([open.run.runId]);
    expect(await readdir(open.paths.attempts(open.run.runId))).toEqual([]);
  });

  test('counts aliases and the latest round, at once and when asked again', async () => {
    await using files = await createFastFiles();
    const open = await aRunWithAliases(files.directory, [['a', 'b']], [{ id: 'copy', of: 'a' }]);
    await commitRound(open, 1, (id) => failedLine(id));
    const first = { ok: 0, failed: { CHANGED: 3 }, skipped: {} };
    expect(await finalizeRun(open)).toEqual({ status: 'complete', round: 1, outcomes: first });
    await createRound(open, shardsOf(['a']));
    expect(await finalizeRun(open)).toEqual({ status: 'incomplete', round: 2, missing: 1 });
    await commitRound(open, 2);
    const second = { status: 'complete', round: 2, outcomes: { ok: 2, failed: { CHANGED: 1 }, skipped: {} } };
    expect(await finalizeRun(open)).toEqual(second);
    expect(await finalizeRun(open)).toEqual(second);
    const lines = [];
    for await (const { text } of finalLines(open.paths, 2)) lines.push(text);
    expect(await readFile(open.paths.results, 'utf8')).toBe(`${lines.join('\n')}\n`);
  });

  test('a cancelled run leaves it cancelled, even with all its parts', async () => {
    await using files = await createFastFiles();
    const open = await aRun(files.directory, [['a']]);
    await commitRound(open);
    await appendState(open.paths, await readState(open.paths), { state: 'cancelled', at, reason: 'cancel' });
    expect(await finalizeRun(open)).toEqual({ status: 'cancelled', round: 1 });
  });

  test('and cancelling at the same time ends in one of the two, and both agree on which [O3]', async () => {
    for (let round = 0; round < 20; round += 1) {
      await using files = await createFastFiles();
      const open = await aRun(files.directory, [['a']]);
      await commitRound(open);
      const before = await readState(open.paths);
      const cancel = appendState(open.paths, before, { state: 'cancelled', at, reason: 'cancel' });
      const [finalization, cancelled] = await Promise.all([finalizeRun(open), cancel]);
      expect(finalization.status).toBe(cancelled ? 'cancelled' : 'complete');
      expect((await readState(open.paths)).kind).toBe(finalization.status);
    }
  });

  test('a part that was edited is refused and named [D12]', async () => {
    await using files = await createFastFiles();
    const open = await aRun(files.directory, [['a'], ['b']]);
    await commitRound(open, 1, (id) => (id === 'b' ? okLine('another id') : okLine(id)));
    const finalized = finalizeRun(open);
    await expect(finalized).rejects.toMatchObject({ code: 'CORRUPT', details: { part: open.paths.part(1, 1) } });
    expect((await readState(open.paths)).kind).toBe('open');
  });
});

describe('a new round', () => {
  test('is over the failed documents of all rounds, in plan order', async () => {
    await using files = await createFastFiles();
    const open = await aRun(files.directory, [
      ['a', 'b'],
      ['c', 'd'],
    ]);
    await commitRound(open, 1, (id) => (id === 'd' ? okLine(id) : failedLine(id, id.toUpperCase())));
    await finalizeRun(open);
    await createRound(open, shardsOf(['a', 'c']));
    await commitRound(open, 2, (id) => (id === 'a' ? okLine(id) : failedLine(id, 'STILL')));
    await finalizeRun(open);
    const failed = [];
    for await (const { planned, code } of failedDocuments(open)) failed.push([planned, code]);
    expect(failed).toEqual([
      [aDocument('b'), 'B'],
      [aDocument('c'), 'STILL'],
    ]);
  });

  test('is refused while a part is missing', async () => {
    await using files = await createFastFiles();
    const open = await aRun(files.directory, [['a']]);
    await expect(failedDocuments(open).next()).rejects.toMatchObject({ code: 'INCOMPLETE' });
  });

  test('is opened by one of several that try at once', async () => {
    await using files = await createFastFiles();
    const open = await aRun(files.directory, [['a']]);
    await commitRound(open, 1, (id) => failedLine(id));
    await finalizeRun(open);
    const opened = await Promise.all(Array.from({ length: 5 }, () => createRound(open, shardsOf(['a']))));
    expect(opened.filter((round) => round !== null)).toEqual([{ round: 2, documents: 1 }]);
    expect(await readState(open.paths)).toMatchObject({ kind: 'open', round: 2, retriedDocuments: 1 });
    expect((await readdir(open.paths.rounds)).sort()).toEqual(['2.idx', '2.jsonl']);
    expect(await readdir(open.paths.temporary)).toEqual([open.run.runId]);
    expect(await readdir(open.paths.attempts(open.run.runId))).toEqual([]);
  });

  test('is not opened over a round that is in work', async () => {
    await using files = await createFastFiles();
    const open = await aRun(files.directory, [['a']]);
    await commitRound(open, 1, (id) => failedLine(id));
    await finalizeRun(open);
    await createRound(open, shardsOf(['a']));
    expect(await createRound(open, shardsOf(['a']))).toBeNull();
    expect(await readState(open.paths)).toMatchObject({ kind: 'open', round: 2 });
  });

  test('whose writer died before it was opened is taken up as it was planned', async () => {
    await using files = await createFastFiles();
    const dead = await aRun(files.directory, [['a', 'b']]);
    await commitRound(dead, 1, (id) => failedLine(id));
    await finalizeRun(dead);
    const writer = createRound(dead, dying());
    await expect(writer).rejects.toThrow('killed');
    expect(await createRound(dead, shardsOf(['b']))).toEqual({ round: 2, documents: 1 });
  });
});

async function* shardsOf(...shards: readonly (readonly string[])[]) {
  for (const ids of shards) yield ids.map(aDocument);
}

async function* dying() {
  yield [aDocument('a')];
  throw new Error('killed');
}
