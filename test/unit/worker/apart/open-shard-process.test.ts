import { afterEach, expect, test } from 'vitest';
import { runIdSchema } from '../../../../schemas/ids.ts';
import { openShardProcess } from '../../../../src/worker/apart/open-shard-process.ts';

const node = process.execPath;
afterEach(() => {
  process.execPath = node;
});

const setup = {
  model: 'stub:',
  choices: {},
  out: 'out',
  inputRoots: {},
  runId: runIdSchema.parse('a'.repeat(20)),
  limits: { loopMs: 60_000, stepMs: 60_000 },
};

test('a process that cannot be started is an error of the attempt, not the end of the worker', async () => {
  process.execPath = '/nonexistent/node';
  await using apart = openShardProcess(setup, new AbortController().signal);
  await expect(apart.ask({ kind: 'answer', documents: [] })).rejects.toMatchObject({ code: 'INTERNAL' });
});
