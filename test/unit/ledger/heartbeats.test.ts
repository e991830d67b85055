import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readHeartbeats, removeHeartbeat, takeTurn, writeHeartbeat } from '../../../src/ledger/heartbeats.ts';
import { noTotals } from '../../../src/ledger/worker-totals.ts';
import { createFastFiles } from '../../support/fast-files.ts';
import { aHeartbeat, setHeartbeatAge } from '../../support/heartbeats.ts';

const workers = async (out: string, nowMs = Date.now()): Promise<string[]> =>
  (await readHeartbeats(out, nowMs)).map(({ heartbeat }) => heartbeat.worker);

describe('heartbeats', () => {
  test('do not make an output directory anew that somebody deleted [D11]', async () => {
    await using files = await createFastFiles();
    const written = writeHeartbeat(join(files.directory, 'deleted'), aHeartbeat('a'));
    await expect(written).rejects.toMatchObject({ code: 'OUTPUT_UNUSABLE' });
    expect(await readdir(files.directory)).toEqual([]);
  });

  test('say which workers are alive, by name', async () => {
    await using files = await createFastFiles();
    expect(await workers(files.directory)).toEqual([]);
    for (const name of ['b', 'a']) await writeHeartbeat(files.directory, aHeartbeat(name));
    await writeHeartbeat(files.directory, { ...aHeartbeat('a'), documents: 7 });
    const alive = await readHeartbeats(files.directory, Date.now());
    expect(alive.map(({ heartbeat }) => [heartbeat.worker, heartbeat.documents])).toEqual([
      ['a', 7],
      ['b', 0],
    ]);
    expect(alive.every(({ ageMs }) => ageMs < 20_000)).toBe(true);
  });

  test('that are silent count no more, and go after a day', async () => {
    await using files = await createFastFiles();
    for (const name of ['alive', 'silent', 'forgotten']) await writeHeartbeat(files.directory, aHeartbeat(name));
    await setHeartbeatAge(files.directory, 'silent', 60);
    await setHeartbeatAge(files.directory, 'forgotten', 25 * 3600);
    expect(await workers(files.directory)).toEqual(['alive']);
    expect((await readdir(join(files.directory, '.workers'))).sort()).toEqual(['alive.json', 'silent.json']);
  });

  test('of a worker that stopped are gone, and stopping twice is fine', async () => {
    await using files = await createFastFiles();
    await writeHeartbeat(files.directory, aHeartbeat('a'));
    await removeHeartbeat(files.directory, 'a');
    await removeHeartbeat(files.directory, 'a');
    expect(await workers(files.directory)).toEqual([]);
  });

  test('of another form are passed over', async () => {
    await using files = await createFastFiles();
    await writeHeartbeat(files.directory, aHeartbeat('a'));
    await writeFile(join(files.directory, '.workers', 'b.json'), '{"worker":"b"');
    await writeFile(join(files.directory, '.workers', 'c.json.0123'), JSON.stringify(aHeartbeat('c')));
    expect(await workers(files.directory)).toEqual(['a']);
  });
});

test('a worker of a docmill that did not count yet is alive, and has done nothing', async () => {
  await using files = await createFastFiles();
  const { totals: _, ...older } = aHeartbeat('older');
  await writeHeartbeat(files.directory, aHeartbeat('newer'));
  await writeFile(join(files.directory, '.workers', 'older.json'), JSON.stringify(older));
  const alive = await readHeartbeats(files.directory, Date.now());
  expect(alive.map(({ heartbeat }) => [heartbeat.worker, heartbeat.totals])).toEqual([
    ['newer', noTotals()],
    ['older', noTotals()],
  ]);
});

describe('a turn', () => {
  test('is taken once per interval, by name', async () => {
    await using files = await createFastFiles();
    const nowMs = Date.now();
    const take = (name: string, afterMs: number) => takeTurn(files.directory, name, 1000, nowMs + afterMs);
    expect(await take('one', 0)).toBe(true);
    expect(await take('one', 999)).toBe(false);
    expect(await take('other', 999)).toBe(true);
    expect(await take('one', 1001)).toBe(true);
    expect(await take('one', 1002)).toBe(false);
  });

  test('that a clock put into the future does not keep the others from theirs', async () => {
    await using files = await createFastFiles();
    const nowMs = Date.now();
    await takeTurn(files.directory, 'one', 1000, nowMs + 365 * 24 * 3600 * 1000);
    expect(await takeTurn(files.directory, 'one', 1000, nowMs)).toBe(true);
  });

  test('does not look like a worker', async () => {
    await using files = await createFastFiles();
    await takeTurn(files.directory, 'one', 1000, Date.now());
    expect(await workers(files.directory)).toEqual([]);
  });
});
