import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Usage, appendUsage, readCpus, readUsage } from '../../../src/ledger/usage.ts';
import { aRun } from '../../support/a-run.ts';
import { createFastFiles } from '../../support/fast-files.ts';

const aUsage = (shard: number, cpu: string): Usage => ({
  round: 1,
  shard,
  documents: 3,
  seconds: 1.5,
  tokens: { prompt: 10, cached: 2, forced: 4, chosen: 5 },
  cpu,
});

test('usage is read back worker by worker, and a torn line costs nothing but itself', async () => {
  await using files = await createFastFiles();
  const { paths } = await aRun(files.directory, [['a']]);
  await appendUsage(paths, 'w2', aUsage(1, 'B'));
  await appendUsage(paths, 'w1', aUsage(0, 'A'));
  await appendFile(join(paths.usage, 'w1.jsonl'), '{"round":1,"sh\n');
  await appendUsage(paths, 'w1', aUsage(2, 'B'));
  const usages: Usage[] = [];
  for await (const usage of readUsage(paths)) usages.push(usage);
  expect(usages).toEqual([aUsage(0, 'A'), aUsage(2, 'B'), aUsage(1, 'B')]);
  expect(await readCpus(paths)).toEqual(['A', 'B']);
});

test('a run without usage has no CPUs', async () => {
  await using files = await createFastFiles();
  expect(await readCpus((await aRun(files.directory, [['a']])).paths)).toEqual([]);
});
