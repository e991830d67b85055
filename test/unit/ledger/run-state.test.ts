import { mkdir, readFile, readdir, stat, unlink, writeFile, chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256Of } from '../../../src/sha256.ts';
import { describe, expect, test } from 'vitest';
import type { RunState } from '../../../schemas/run.ts';
import { appendState, readState } from '../../../src/ledger/run-state.ts';
import { aRun } from '../../support/a-run.ts';
import { createFastFiles } from '../../support/fast-files.ts';

const at = '2026-01-02T03:04:05.000Z';
const cancelled: RunState = { state: 'cancelled', at, reason: 'cancel' };
const complete: RunState = { state: 'complete', at, round: 1, results: sha256Of('results') };
const resumed: RunState = { state: 'resumed', at };
const retried: RunState = { state: 'retried', at, round: 2, documents: 7 };

describe('the state log', () => {
  test.for([
    { entries: [], kind: 'open', round: 1, limitsLifted: false, retriedDocuments: null },
    { entries: [cancelled], kind: 'cancelled', round: 1, limitsLifted: false, retriedDocuments: null },
    { entries: [cancelled, resumed], kind: 'open', round: 1, limitsLifted: true, retriedDocuments: null },
    { entries: [complete], kind: 'complete', round: 1, limitsLifted: false, retriedDocuments: null },
    { entries: [complete, retried], kind: 'open', round: 2, limitsLifted: false, retriedDocuments: 7 },
    { entries: [complete, retried, cancelled], kind: 'cancelled', round: 2, limitsLifted: false, retriedDocuments: 7 },
  ])('says $kind, round $round, after its entries', async ({ entries, ...expected }) => {
    await using files = await createFastFiles();
    const { paths } = await aRun(files.directory, [['a.txt']]);
    for (const entry of entries) expect(await appendState(paths, await readState(paths), entry)).toBe(true);
    expect(await readState(paths)).toEqual({ number: entries.length, last: entries.at(-1) ?? null, ...expected });
  });

  test('lets exactly one win when a cancel and a completion race, two hundred times [O3]', async () => {
    await using files = await createFastFiles();
    const { paths } = await aRun(files.directory, [['a.txt']]);
    const before = await readState(paths);
    const winners: (RunState | undefined)[] = [];
    for (let number = 0; number < 200; number += 1) {
      const racing: readonly RunState[] = number % 2 === 0 ? [cancelled, complete] : [complete, cancelled];
      const won = await Promise.all(racing.map((entry) => appendState(paths, { ...before, number }, entry)));
      expect(won.filter(Boolean)).toHaveLength(1);
      winners.push(racing[won.indexOf(true)]);
    }
    expect(await readState(paths)).toMatchObject({ number: 200, last: winners.at(-1) });
    // No entry bears the name of the one that lost.
    const names = winners.flatMap((winner, index) => {
      const number = String(index + 1).padStart(4, '0');
      return [number, `${number}-${winner?.state}`];
    });
    expect((await readdir(paths.state)).sort()).toEqual(names);
    for (const [index, winner] of winners.entries()) {
      const entry = await readFile(join(paths.state, String(index + 1).padStart(4, '0')), 'utf8');
      expect(JSON.parse(entry)).toEqual(winner);
    }
  });

  test('does not take an entry after a state that is no longer the last', async () => {
    await using files = await createFastFiles();
    const { paths } = await aRun(files.directory, [['a.txt']]);
    const before = await readState(paths);
    await appendState(paths, before, cancelled);
    await appendState(paths, await readState(paths), resumed);
    expect(await appendState(paths, before, complete)).toBe(false);
    expect((await readState(paths)).last).toEqual(resumed);
  });

  test('has a speaking name for each entry, which the next reader puts back', async () => {
    await using files = await createFastFiles();
    const { paths } = await aRun(files.directory, [['a.txt']]);
    await appendState(paths, await readState(paths), cancelled);
    await appendState(paths, await readState(paths), resumed);
    const names = ['0001', '0001-cancelled', '0002', '0002-resumed'];
    expect((await readdir(paths.state)).sort()).toEqual(names);
    await unlink(join(paths.state, '0001-cancelled'));
    await readState(paths);
    expect((await readdir(paths.state)).sort()).toEqual(names);
    expect((await stat(join(paths.state, '0001'))).ino).toBe((await stat(join(paths.state, '0001-cancelled'))).ino);
  });

  test('that lacks an entry before another one is corrupt, and the one that is missing is named', async () => {
    await using files = await createFastFiles();
    const { paths } = await aRun(files.directory, [['a.txt']]);
    await appendState(paths, await readState(paths), cancelled);
    await appendState(paths, await readState(paths), resumed);
    await unlink(join(paths.state, '0001'));
    await expect(readState(paths)).rejects.toMatchObject({ code: 'CORRUPT' });
    await expect(readState(paths)).rejects.toThrow(`\`${join(paths.state, '0001')}\` is missing`);
  });

  test('knows no entry by another name, and tells of one that cannot be read', async () => {
    await using files = await createFastFiles();
    const { paths } = await aRun(files.directory, [['a.txt']]);
    await writeFile(join(paths.state, 'copy-of-0007'), '');
    expect((await readState(paths)).number).toBe(0);
    await mkdir(join(paths.state, '0001'));
    await expect(readState(paths)).rejects.toMatchObject({ code: 'EISDIR' });
  });

  test('that was edited is corrupt and named', async () => {
    await using files = await createFastFiles();
    const { paths } = await aRun(files.directory, [['a.txt']]);
    await appendState(paths, await readState(paths), cancelled);
    const file = join(paths.state, '0001');
    await chmod(file, 0o644);
    await writeFile(file, (await readFile(file, 'utf8')).replace('cancelled', 'finished'));
    await expect(readState(paths)).rejects.toMatchObject({ code: 'CORRUPT' });
    await expect(readState(paths)).rejects.toThrow(file);
  });
});
