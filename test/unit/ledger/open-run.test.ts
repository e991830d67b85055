import { describe, expect, test } from 'vitest';
import { runNameSchema } from '../../../schemas/ids.ts';
import { findRuns, openRun } from '../../../src/ledger/open-run.ts';
import { aRun } from '../../support/a-run.ts';
import { createFastFiles } from '../../support/fast-files.ts';

describe('opening a run', () => {
  test('gives what was published', async () => {
    await using files = await createFastFiles();
    const made = await aRun(files.directory, [['a.txt']]);
    expect((await openRun(files.directory, 'test')).run).toEqual(made.run);
  });

  test('that is not there names those that are', async () => {
    await using files = await createFastFiles();
    await expect(openRun(files.directory, 'absent')).rejects.toThrow('there are no runs');
    await aRun(files.directory, [['a.txt']], { name: runNameSchema.parse('one') });
    await aRun(files.directory, [['a.txt']], { name: runNameSchema.parse('two') });
    const opened = openRun(files.directory, 'absent');
    await expect(opened).rejects.toMatchObject({ code: 'NO_INPUT', exitCode: 66 });
    await expect(opened).rejects.toThrow('there are `one`, `two`');
  });

  test.for(['../out', 'a/b', '', '.hidden', 'x'.repeat(101)])('refuses %j as a name', async (name) => {
    await using files = await createFastFiles();
    await expect(openRun(files.directory, name)).rejects.toMatchObject({ code: 'USAGE' });
  });

  test('of another form is corrupt, and passed over in the list of runs', async () => {
    await using files = await createFastFiles({ 'broken/run.json': '{"v":2}', 'folder/notes.txt': '' });
    const { run } = await aRun(files.directory, [['a.txt']]);
    await expect(openRun(files.directory, 'broken')).rejects.toMatchObject({ code: 'CORRUPT' });
    expect((await findRuns(files.directory)).map((open) => open.run.name)).toEqual([run.name]);
  });

  test('where there is no output directory finds no run', async () => {
    await using files = await createFastFiles();
    expect(await findRuns(`${files.directory}/absent`)).toEqual([]);
  });
});
