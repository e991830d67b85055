import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { createFastFiles } from '../support/fast-files.ts';
import { WAY_OF_A_PART, readFaultLog } from '../support/fault-log.ts';
import { actAs } from './simulated-files.ts';
import { PARTS, aSimulatedRun, attemptShard, freeActor } from './simulated-run.ts';

test('an attempt on the simulated disk passes the instants that a real worker passes, in the same order', async () => {
  await using files = await createFastFiles();
  const log = join(files.directory, 'log');
  vi.stubEnv('DOCMILL_FAULT_LOG', log);
  const run = await aSimulatedRun([['a', 'b']]);
  await actAs(freeActor('worker', run.copyDisk()), () => attemptShard(run.open, 0, null));
  vi.unstubAllEnvs();
  const points = (await readFaultLog(log)).filter(({ path }) => path.startsWith(PARTS)).map(({ point }) => point);
  // The acknowledgement is the queue's.
  expect([...points, 'job.acknowledged']).toEqual(WAY_OF_A_PART);
});
