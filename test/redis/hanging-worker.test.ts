import { expect } from 'vitest';
import { SHARD_SIZED_BYTES, writeDocuments } from '../support/documents.ts';
import { withFaults } from '../support/fault-log.ts';
import { test } from '../support/place-test.ts';
import { untilStopped } from '../support/processes.ts';
import { calmResults, ledgerOf } from '../support/workplace.ts';

const DOCUMENTS = ['--input', 'docs', '--task', 'ticket', '--model', 'stub:'];
const ENQUEUE = ['enqueue', ...DOCUMENTS, '--run', 'demo'];
/** Far longer than the limit below: a shard whose engine gives no sign of life. */
const ENDLESS_MS = 600_000;
const IMPATIENT: NodeJS.ProcessEnv = { DOCMILL_HANG_MS: '1000' };

test.concurrent('a worker whose event loop hangs is ended, and its shard is done by another one [P14]', async ({
  place,
}) => {
  await writeDocuments(place.path('docs'), 2, SHARD_SIZED_BYTES);
  const calm = await calmResults(place, DOCUMENTS);
  expect((await place.docmill(ENQUEUE)).code).toBe(0);
  await using victim = await place.worker(0, [], withFaults({ point: 'document.asked', action: 'hang' }));
  const { code, stderr } = await victim.finished;
  expect(code).toBe('SIGKILL');
  expect(stderr).toContain('event loop hangs, process ended');
  await using _other = await place.worker();
  await ledgerOf(place, 'demo').untilComplete();
  expect(await ledgerOf(place, 'demo').results()).toBe(calm);
});

test.concurrent('a worker that was stopped for longer than it may hang lives on', async ({ place }) => {
  await writeDocuments(place.path('docs'), 1, SHARD_SIZED_BYTES);
  await using worker = await place.worker(0, [], {
    DOCMILL_HANG_MS: '10000',
    ...withFaults({ point: 'job.answered', action: 'pause' }),
  });
  expect((await place.docmill(ENQUEUE)).code).toBe(0);
  await untilStopped(worker.pid);
  // Other processes work for longer than the limit meanwhile.
  for (const until = performance.now() + 12_000; performance.now() < until;) await place.docmill(['status']);
  worker.kill('SIGCONT');
  await ledgerOf(place, 'demo').untilComplete();
  worker.kill('SIGTERM');
  const { code, stderr } = await worker.finished;
  expect(code).toBe(0);
  expect(stderr).not.toContain('process ended');
});

test.concurrent('a call that does not return ends its process, first of the worker, then of the shard alone, and condemns no document [P15]', async ({
  place,
}) => {
  await writeDocuments(place.path('docs'), 1);
  const calm = await calmResults(place, DOCUMENTS);
  expect((await place.docmill(ENQUEUE)).code).toBe(0);
  for (let death = 0; death < 2; death += 1) {
    await using victim = await place.worker(ENDLESS_MS, [], IMPATIENT);
    const { code, stderr } = await victim.finished;
    expect(code).toBe('SIGKILL');
    expect(stderr).toContain('shard takes no step, process ended');
  }
  await using patient = await place.worker(ENDLESS_MS, [], IMPATIENT);
  await patient.untilSaid('was ended from outside (SIGKILL)');
  patient.kill('SIGTERM');
  expect((await patient.finished).code).toBe(0);
  await using _other = await place.worker();
  await ledgerOf(place, 'demo').untilComplete();
  expect(await ledgerOf(place, 'demo').results()).toBe(calm);
});
