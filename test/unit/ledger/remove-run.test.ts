import { statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { measureRun, removeRun } from '../../../src/ledger/remove-run.ts';
import { finalizeRun } from '../../../src/ledger/finalize-run.ts';
import { findRuns } from '../../../src/ledger/open-run.ts';
import { aRun, commitRound } from '../../support/a-run.ts';
import { createFastFiles } from '../../support/fast-files.ts';

test('a removed run is gone with everything of it', async () => {
  await using files = await createFastFiles();
  const open = await aRun(files.directory, [['a'], ['b']]);
  await commitRound(open);
  await removeRun(files.directory, open.paths);
  expect(await findRuns(files.directory)).toEqual([]);
  expect(await readdir(files.directory)).toEqual([]);
});

test('removing a run that is not there is an error that names it', async () => {
  await using files = await createFastFiles();
  const open = await aRun(files.directory, [['a']]);
  await removeRun(files.directory, open.paths);
  const removed = removeRun(files.directory, open.paths);
  await expect(removed).rejects.toMatchObject({ code: 'IO' });
  await expect(removed).rejects.toThrow(open.paths.directory);
});

test('the size of a run grows by the bytes of its parts, and names of the same file count once', async () => {
  await using files = await createFastFiles();
  const open = await aRun(files.directory, [['a']]);
  const before = await measureRun(open.paths);
  await commitRound(open);
  const withParts = before + statSync(open.paths.part(1, 0)).size;
  expect(await measureRun(open.paths)).toBe(withParts);
  await finalizeRun(open);
  const written = [open.paths.manifest(1), open.paths.results, join(open.paths.state, '0001')];
  const bytes = written.reduce((sum, file) => sum + statSync(file).size, 0);
  expect(await measureRun(open.paths)).toBe(withParts + bytes);
});
