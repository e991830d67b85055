import { expect } from 'vitest';
import { SHARD_SIZED_BYTES, writeDocuments } from '../support/documents.ts';
import { readFaultLog } from '../support/fault-log.ts';
import { createOwnRedis, redisServer } from '../support/own-redis.ts';
import { test } from '../support/place-test.ts';
import { preload, shiftClock } from '../support/preload.ts';
import { isRunning } from '../support/processes.ts';
import { countJobs } from '../support/queue.ts';
import { calmResults, ledgerOf, untilInWork } from '../support/workplace.ts';

const DOCUMENTS = ['--input', 'docs', '--task', 'ticket', '--model', 'stub:'];
const ENQUEUE = ['enqueue', ...DOCUMENTS, '--run', 'demo'];
/** A busy machine renews locks late: for tests in which a lost one would be a failure. */
const BUSY = { DOCMILL_LOCK_MS: '5000' };
/** Nine chunks a document: about a second a shard. */
const SLOW_MS = 100;

test.concurrent('the shard of a killed worker is done by another one [P7]', async ({ place }) => {
  await writeDocuments(place.path('docs'), 1, SHARD_SIZED_BYTES);
  const calm = await calmResults(place, DOCUMENTS);
  await using victim = await place.worker(SLOW_MS);
  expect((await place.docmill(ENQUEUE)).code).toBe(0);
  await untilInWork(place, victim);
  await using _other = await place.worker();
  victim.kill('SIGKILL');
  const demo = ledgerOf(place, 'demo');
  await demo.untilParts(1);
  await demo.untilComplete();
  expect(await demo.results()).toBe(calm);
});

test.concurrent('an error that nobody handles ends a worker with 1, tells no password, and costs no document [P16]', async ({
  place,
}) => {
  await writeDocuments(place.path('docs'), 1, SHARD_SIZED_BYTES);
  const calm = await calmResults(place, DOCUMENTS);
  // The source is part of the stack, and so in pieces.
  const fails = `process.once('SIGUSR2',()=>{
    throw Object.assign(new Error('lost redis://:sec'+'ret@host'),{code:'EPERM',syscall:'read'})})`;
  await using victim = await place.worker(SLOW_MS, ['--debug'], preload(fails));
  expect((await place.docmill(ENQUEUE)).code).toBe(0);
  await untilInWork(place, victim);
  victim.kill('SIGUSR2');
  const { code, stderr } = await victim.finished;
  expect(code).toBe(1);
  expect(stderr).toMatch(/docmill: Unexpected error: lost redis:\/\/\*\*\*@host .*\n.* at /s);
  expect(stderr).not.toContain('secret');
  await using _other = await place.worker();
  const demo = ledgerOf(place, 'demo');
  await demo.untilComplete();
  expect(await demo.results()).toBe(calm);
});

test.concurrent('workers whose clocks are a day ahead and a day behind lose nothing and do nothing twice [O7]', async ({
  place,
}) => {
  await writeDocuments(place.path('docs'), 8, SHARD_SIZED_BYTES);
  const calm = await calmResults(place, DOCUMENTS);
  await using ahead = await place.worker(SLOW_MS / 5, [], shiftClock(24));
  await using behind = await place.worker(SLOW_MS / 5, [], shiftClock(-24));
  expect((await place.docmill(ENQUEUE)).code).toBe(0);
  const demo = ledgerOf(place, 'demo');
  await demo.untilComplete();
  expect(await demo.results()).toBe(calm);
  const committed = [ahead, behind].map((worker) => worker.timesSaid('"outcome":"committed"'));
  expect(committed.reduce((sum, count) => sum + count, 0)).toBe(8);
  const times = [ahead, behind].map((worker) => /"time":"([^"]+)"/.exec(worker.stderr())?.[1] ?? '');
  expect(Date.parse(times[0] ?? '') - Date.parse(times[1] ?? '')).toBeGreaterThan(47 * 3600 * 1000);
  expect((await place.docmill(['verify', 'demo'])).code).toBe(0);
});

test.concurrent('any number of killed workers fails no job and no document [P13]', async ({ place }) => {
  await writeDocuments(place.path('docs'), 1, SHARD_SIZED_BYTES);
  expect((await place.docmill(ENQUEUE)).code).toBe(0);
  for (let death = 0; death < 3; death += 1) {
    await using victim = await place.worker(60_000, [], { DOCMILL_LOCK_MS: '500' });
    await untilInWork(place, victim);
    victim.kill('SIGKILL');
  }
  expect(await countJobs(place)).toMatchObject({ failed: 0 });
  await using _worker = await place.worker();
  await ledgerOf(place, 'demo').untilComplete();
  expect(await ledgerOf(place, 'demo').results()).toContain('"status":"ok"');
});

test.concurrent('a worker that was frozen past its lock changes nothing when it comes back [P8]', async ({ place }) => {
  await writeDocuments(place.path('docs'), 4, SHARD_SIZED_BYTES);
  const calm = await calmResults(place, DOCUMENTS);
  await using zombie = await place.worker(SLOW_MS);
  expect((await place.docmill(ENQUEUE)).code).toBe(0);
  await untilInWork(place, zombie);
  zombie.kill('SIGSTOP');
  await using _other = await place.worker();
  const demo = ledgerOf(place, 'demo');
  await demo.untilComplete();
  zombie.kill('SIGCONT');
  // It takes its next shard only when it is done with the one that it lost.
  expect((await place.docmill(['enqueue', ...DOCUMENTS, '--run', 'next'])).code).toBe(0);
  await ledgerOf(place, 'next').untilComplete();
  expect(await isRunning(zombie.pid)).toBe(true);
  expect(await demo.results()).toBe(calm);
  expect(await demo.parts()).toHaveLength(4);
  expect((await place.docmill(['verify', 'demo'])).code).toBe(0);
});

test.concurrent('SIGTERM lets a short shard end and exits 0 [P9]', async ({ place }) => {
  await writeDocuments(place.path('docs'), 3, SHARD_SIZED_BYTES);
  await using worker = await place.worker(SLOW_MS, [], { DOCMILL_DRAIN_MS: '60000' });
  expect((await place.docmill(ENQUEUE)).code).toBe(0);
  await untilInWork(place, worker);
  const before = (await ledgerOf(place, 'demo').parts()).length;
  worker.kill('SIGTERM');
  expect((await worker.finished).code).toBe(0);
  expect((await ledgerOf(place, 'demo').parts()).length).toBe(before + 1);
  expect(await countJobs(place)).toMatchObject({ active: 0, failed: 0 });
});

test.concurrent('SIGTERM puts a long shard back, and nothing has failed [P9]', async ({ place }) => {
  await writeDocuments(place.path('docs'), 2, SHARD_SIZED_BYTES);
  const calm = await calmResults(place, DOCUMENTS);
  await using worker = await place.worker(60_000);
  expect((await place.docmill(ENQUEUE)).code).toBe(0);
  await untilInWork(place, worker);
  worker.kill('SIGTERM');
  expect((await worker.finished).code).toBe(0);
  expect(await countJobs(place)).toMatchObject({ waiting: 2, active: 0, delayed: 0, failed: 0 });
  await using _other = await place.worker();
  await ledgerOf(place, 'demo').untilComplete();
  expect(await ledgerOf(place, 'demo').results()).toBe(calm);
});

test.concurrent('a disk that takes longer for a call than a lock lasts costs time alone [D17]', async ({ place }) => {
  await writeDocuments(place.path('docs'), 2, SHARD_SIZED_BYTES);
  const calm = await calmResults(place, DOCUMENTS);
  const slowly = preload(`
    import fs from 'node:fs/promises';
    import { syncBuiltinESMExports } from 'node:module';
    import { setTimeout } from 'node:timers/promises';
    const { link } = fs;
    fs.link = async (from, to) => {
      if (!to.includes('/parts/')) return link(from, to);
      console.error('links ' + to);
      await setTimeout(8000);
      return link(from, to);
    };
    syncBuiltinESMExports();`);
  const variables = { ...slowly, ...BUSY };
  await using one = await place.worker(0, [], variables);
  await using two = await place.worker(0, [], variables);
  await using idle = await place.worker(0, [], variables);
  expect((await place.docmill(ENQUEUE)).code).toBe(0);
  await ledgerOf(place, 'demo').untilComplete();
  expect(await ledgerOf(place, 'demo').results()).toBe(calm);
  // No shard was taken from a worker that waited for the disk, though another one had nothing to do.
  const links = [one, two, idle].map((worker) => worker.timesSaid('links '));
  expect(links.reduce((sum, count) => sum + count)).toBe(2);
});

test.concurrent('three workers that get SIGTERM have at most one shard each done again [P9] [O8]', async ({
  place,
}) => {
  const log = place.path('arrivals.jsonl');
  await writeDocuments(place.path('docs'), 9, SHARD_SIZED_BYTES);
  const calm = await calmResults(place, DOCUMENTS);
  expect((await place.docmill(ENQUEUE)).code).toBe(0);
  const logged = { DOCMILL_FAULT_LOG: log, ...BUSY };
  {
    await using endless = await place.worker(60_000, [], logged);
    await untilInWork(place, endless);
    await using one = await place.worker(SLOW_MS, [], logged);
    await using two = await place.worker(SLOW_MS, [], logged);
    const workers = [endless, one, two];
    await ledgerOf(place, 'demo').untilParts(2);
    for (const worker of workers) worker.kill('SIGTERM');
    expect(await Promise.all(workers.map(async ({ finished }) => (await finished).code))).toEqual([0, 0, 0]);
  }
  expect(await countJobs(place)).toMatchObject({ active: 0, delayed: 0, failed: 0 });
  await using _other = await place.worker(0, [], logged);
  await ledgerOf(place, 'demo').untilComplete();
  expect(await ledgerOf(place, 'demo').results()).toBe(calm);
  const taken = (await readFaultLog(log)).filter(({ point }) => point === 'job.taken').map(({ path }) => path);
  const again = taken.length - new Set(taken).size;
  expect(again).toBeGreaterThan(0);
  expect(again).toBeLessThanOrEqual(3);
});

test.concurrent.for([
  ['SIGTERM', 143],
  ['SIGINT', 130],
] as const)('a second %s ends a worker at once with %i [P10]', async ([signal, code], { place }) => {
  await writeDocuments(place.path('docs'), 1, SHARD_SIZED_BYTES);
  await using worker = await place.worker(60_000);
  expect((await place.docmill(ENQUEUE)).code).toBe(0);
  await untilInWork(place, worker);
  worker.kill(signal);
  await worker.untilSaid('worker stopping');
  worker.kill(signal);
  // A drained worker would exit with 0.
  expect((await worker.finished).code).toBe(code);
});

test.skipIf(redisServer === null).concurrent('a worker stops though the queue is away', async ({ place }) => {
  await using redis = await createOwnRedis(place.directory);
  await redis.start();
  const queue = { REDIS_URL: redis.url, DOCMILL_QUEUE_ENDPOINT: '' };
  await using worker = await place.worker(0, [], queue);
  await redis.kill();
  await worker.untilSaid('queue unreachable, waiting');
  worker.kill('SIGTERM');
  expect((await worker.finished).code).toBe(0);
});
