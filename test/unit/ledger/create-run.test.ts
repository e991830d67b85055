import { mkdir, readFile, readdir, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runNameSchema } from '../../../schemas/ids.ts';
import { runSchema } from '../../../schemas/run.ts';
import { draftRun, prepareOutput, removeStaleDrafts } from '../../../src/ledger/create-run.ts';
import { findRuns, openRun } from '../../../src/ledger/open-run.ts';
import { sha256Of } from '../../../src/sha256.ts';
import { runPaths } from '../../../src/ledger/run-paths.ts';
import { aRun, publishShards } from '../../support/a-run.ts';
import { createFastFiles } from '../../support/fast-files.ts';

const DAY_MS = 24 * 3600 * 1000;

describe('a draft', () => {
  test('is no run for anybody before it is published, and is one completely afterwards', async () => {
    await using files = await createFastFiles();
    await using draft = await draftRun(files.directory);
    expect(await findRuns(files.directory)).toEqual([]);
    await expect(openRun(files.directory, 'test')).rejects.toMatchObject({ code: 'NO_INPUT' });
    const { run, created } = await publishShards(draft, [['a.txt', 'b.txt'], ['c.txt']]);
    expect(created).toBe(true);
    expect((await findRuns(files.directory)).map((open) => open.run)).toEqual([run]);
    expect(await readdir(files.directory)).toEqual(['test']);
    expect(run).toMatchObject({ documents: 3, shards: 2 });
    expect(run.planSha256).toBe(sha256Of(await readFile(runPaths(files.directory, run.name).plan(1))));
  });

  test('that is dropped leaves nothing behind', async () => {
    await using files = await createFastFiles();
    {
      await using draft = await draftRun(files.directory);
      await draft.plan.append([]);
      expect(await readdir(files.directory)).toHaveLength(1);
    }
    expect(await readdir(files.directory)).toEqual([]);
  });

  test('published twice is one run: the second publisher gets the first one', async () => {
    await using files = await createFastFiles();
    const first = await aRun(files.directory, [['a.txt']]);
    await using draft = await draftRun(files.directory);
    const second = await publishShards(draft, [['a.txt']], { limits: { maxFailures: 3 } });
    expect(second).toMatchObject({ run: first.run, created: false });
  });

  test('of racing producers exactly one creates the run, the others get it, and no draft stays [O1]', async () => {
    await using files = await createFastFiles();
    const producers = Array.from({ length: 8 }, async () => {
      await using draft = await draftRun(files.directory);
      await removeStaleDrafts(files.directory, Date.now());
      return await publishShards(draft, [['a.txt'], ['b.txt']]);
    });
    const published = await Promise.all(producers);
    expect(published.filter(({ created }) => created)).toHaveLength(1);
    expect(new Set(published.map(({ run }) => run.runId)).size).toBe(1);
    expect(await readdir(files.directory)).toEqual(['test']);
  });

  test('whose name belongs to another plan is refused and told each difference [D14]', async () => {
    await using files = await createFastFiles();
    await aRun(files.directory, [['a.txt']]);
    await using draft = await draftRun(files.directory);
    const published = publishShards(draft, [['b.txt']], {
      taskSha256: sha256Of('other task'),
      model: { name: 'stub:', sha256: sha256Of('other model') },
      engine: { engine: 'other' },
      keep: ['customer'],
      aliases: 1,
      aliasesSha256: sha256Of('aliases'),
    });
    await expect(published).rejects.toMatchObject({
      code: 'RUN_NAME_TAKEN',
      exitCode: 73,
      details: {
        differences: [
          'the documents',
          'the task',
          'the model',
          'the engine settings',
          'the kept members',
          'the aliases',
        ],
      },
    });
    await expect(published).rejects.toThrow('`test` exists and differs in the documents, the task');
  });

  test.for(['a directory that is no run', 'a file'])('whose name belongs to %s is refused', async (what) => {
    await using files = await createFastFiles();
    if (what === 'a file') await files.write('test', 'mine');
    else await files.write('test/notes.txt', 'mine');
    await using draft = await draftRun(files.directory);
    const published = publishShards(draft, [['a.txt']]);
    await expect(published).rejects.toMatchObject({ exitCode: 73 });
    await expect(published).rejects.toThrow('choose another `--run` name');
  });

  test('gets a run id that is valid and its own', async () => {
    await using files = await createFastFiles();
    const ids = new Set<string>();
    for (let count = 0; count < 20; count += 1) {
      const { run } = await aRun(files.directory, [['a.txt']], { name: runNameSchema.parse(`run-${count}`) });
      expect(runSchema.safeParse(run).success).toBe(true);
      ids.add(run.runId);
    }
    expect(ids.size).toBe(20);
  });
});

describe('the output directory', () => {
  test('is made with its parents and probed without a trace', async () => {
    await using files = await createFastFiles();
    const out = join(files.directory, 'deep', 'out');
    await prepareOutput(out);
    expect(await readdir(out)).toEqual([]);
  });

  test('that is a file is refused and named', async () => {
    await using files = await createFastFiles({ out: 'a file' });
    const prepared = prepareOutput(join(files.directory, 'out'));
    await expect(prepared).rejects.toMatchObject({ code: 'OUTPUT_UNUSABLE', exitCode: 73 });
    await expect(prepared).rejects.toThrow(`\`${join(files.directory, 'out')}\``);
  });

  test('loses drafts that are older than a day, and nothing else', async () => {
    await using files = await createFastFiles();
    for (const name of ['.new-old', '.new-young', 'test', '.workers']) {
      await mkdir(join(files.directory, name));
      await writeFile(join(files.directory, name, 'plan.jsonl'), '');
    }
    const now = Date.now();
    for (const [name, ageMs] of [
      ['.new-old', DAY_MS + 60_000],
      ['.new-young', DAY_MS - 60_000],
      ['test', 9 * DAY_MS],
    ] as const) {
      await utimes(join(files.directory, name), (now - ageMs) / 1000, (now - ageMs) / 1000);
    }
    await removeStaleDrafts(files.directory, now);
    expect((await readdir(files.directory)).sort()).toEqual(['.new-young', '.workers', 'test']);
    expect((await stat(join(files.directory, 'test'))).isDirectory()).toBe(true);
  });
});
