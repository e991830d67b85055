import { readFile, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import type { FaultPoint } from '../../src/fault-points.ts';
import { startAlteringProxy } from '../support/altering-proxy.ts';
import { SHARD_SIZED_BYTES, writeDocuments } from '../support/documents.ts';
import { readFaultLog, withFaults } from '../support/fault-log.ts';
import { listenLocally } from '../support/listen-locally.ts';
import { environmentOf, objectServer, startObjectStore, storedLedgerOf } from '../support/object-store.ts';
import { test as base } from '../support/place-test.ts';
import { shiftClock } from '../support/preload.ts';
import { untilStopped } from '../support/processes.ts';
import { waitUntil } from '../support/wait-until.ts';
import { type Workplace, calmResults } from '../support/workplace.ts';

/** Each death costs the start of a process, and a loaded machine takes seconds for one. */
const TIMEOUT = { timeout: 400_000 };

const DOCUMENTS = ['--input', 'docs', '--task', 'ticket', '--model', 'stub:'];
const ENQUEUE = ['enqueue', ...DOCUMENTS, '--run', 'demo'];

/** A worker that stands still when it is about to send its first part. */
const frozenAtItsPart = withFaults({ point: 'object.sending', path: '/parts/', action: 'pause' });

/** A store of this test; every command of `place` keeps its runs there. */
const test = base.extend('store', async ({ place }, { onCleanup }) => {
  const store = await startObjectStore(place.path('store'));
  onCleanup(store[Symbol.asyncDispose]);
  await store.makeBucket('runs');
  // The calm run that others are compared with is in a directory.
  const inStore = { ...store.environment, DOCMILL_OUT: 's3://runs/of/tests' };
  return {
    ...store,
    keepRunsThere: (): void => void Object.assign(place.environment, inStore),
    out: join(store.directory, 'runs', 'of', 'tests'),
  };
});

/** Runs a command that is to die at a point; the log proves that it died there. */
async function dieAt(
  place: Workplace,
  command: readonly string[],
  { point, path = '' }: { readonly point: FaultPoint; readonly path?: string },
): Promise<void> {
  const log = { DOCMILL_FAULT_LOG: place.path('arrivals.jsonl') };
  const program = place.start(command, { ...log, ...withFaults({ point, path, action: 'kill' }) });
  program.child.stdin?.end();
  expect({ point, code: (await program.finished).code }).toEqual({ point, code: 'SIGKILL' });
  const arrivals = await readFaultLog(place.path('arrivals.jsonl'));
  expect(arrivals.findLast(({ pid }) => pid === program.pid)).toMatchObject({ point, action: 'kill' });
}

describe.skipIf(objectServer === null)('a ledger in object storage', TIMEOUT, () => {
  test('holds the bytes of one in a directory, and every command finds it there', async ({ place, store }) => {
    await writeDocuments(place.path('docs'), 4, SHARD_SIZED_BYTES);
    const calm = await calmResults(place, DOCUMENTS);
    store.keepRunsThere();
    expect(await place.docmill(ENQUEUE)).toMatchObject({ code: 0, stdout: 'demo\n' });
    expect((await place.docmill(ENQUEUE)).stderr).toContain('is there already');
    expect((await place.docmill(['cancel', 'demo'])).code).toBe(0);
    expect((await place.docmill(['verify', 'demo'])).code).toBe(4);
    expect((await place.docmill(['resume', 'demo'])).code).toBe(0);
    await using follower = place.start(['results', 'demo', '--follow']);
    await using _worker = await place.worker();
    const demo = storedLedgerOf(store.out, 'demo');
    await demo.untilComplete();
    expect((await follower.finished).stdout).toBe(calm);
    expect(await demo.results()).toBe(calm);
    expect(await demo.parts()).toHaveLength(4);
    expect((await place.docmill(['verify', 'demo'])).code).toBe(0);
    const status = await place.docmill(['status', 'demo', '--json']);
    expect(JSON.parse(status.stdout)).toMatchObject({ state: 'complete', documents: { done: 4, total: 4 } });
    const runs = await place.docmill(['runs', '--json']);
    expect(JSON.parse(runs.stdout)).toMatchObject([{ run: 'demo', state: 'complete', documents: 4 }]);
    expect((await place.docmill(['runs', 'rm', 'demo'])).code).toBe(0);
    expect((await place.docmill(['results', 'demo'])).code).toBe(66);
    expect(await filesBelow(join(store.out, 'demo'))).toEqual([]);
  });

  test('takes over lines of an earlier run, answers equal documents once, and holds what came from stdin', async ({
    place,
    store,
  }) => {
    store.keepRunsThere();
    await writeDocuments(place.path('docs'), 3);
    await using _worker = await place.worker();
    expect((await place.docmill([...ENQUEUE, '--wait'])).code).toBe(0);
    await writeDocuments(place.path('docs'), 4);
    const next = ['enqueue', ...DOCUMENTS, '--run', 'next', '--since', 'demo', '--wait'];
    const enqueued = await place.docmill(next);
    expect(enqueued.code).toBe(0);
    expect(enqueued.stderr).toContain('3 carried over');
    const lines = (await storedLedgerOf(store.out, 'demo').results()).trimEnd();
    expect(await storedLedgerOf(store.out, 'next').results()).toContain(lines);
    const piped = place.start([
      'enqueue',
      '--input',
      '-',
      ...DOCUMENTS.slice(2),
      '--run',
      'piped',
      '--dedupe',
      '--wait',
    ]);
    piped.child.stdin?.end('{"id":"a","text":"hello there"}\n{"id":"b","text":"hello there"}\n');
    expect((await piped.finished).code).toBe(0);
    const printed = (await place.docmill(['results', 'piped'])).stdout;
    expect(printed.match(/"id":"[ab]","status":"ok"/g)).toHaveLength(2);
  });

  test('loses and doubles nothing when a worker, or one that finishes the run, is killed at any instant [B1]', async ({
    place,
    store,
  }) => {
    const worker = ['worker', '--model', 'stub:'];
    const instants = [
      { point: 'job.taken', path: '/parts/' },
      { point: 'job.answered', path: '/parts/' },
      { point: 'object.sending', path: '/parts/' },
      { point: 'object.stored', path: '/parts/' },
      { point: 'job.committed', path: '/parts/' },
      { point: 'job.acknowledged' },
      { point: 'object.sending', path: '/manifests/' },
      { point: 'object.stored', path: '/manifests/' },
      { point: 'finish.manifested' },
      { point: 'object.replacing', path: 'results.jsonl' },
      { point: 'object.replaced', path: 'results.jsonl' },
      { point: 'finish.derived' },
      { point: 'object.sending', path: '/state/' },
      { point: 'object.stored', path: '/state/' },
    ] as const;
    await writeDocuments(place.path('docs'), 8, SHARD_SIZED_BYTES);
    const calm = await calmResults(place, DOCUMENTS);
    store.keepRunsThere();
    expect((await place.docmill(ENQUEUE)).code).toBe(0);
    for (const instant of instants) await dieAt(place, worker, instant);
    const demo = storedLedgerOf(store.out, 'demo');
    expect(await demo.results()).toBe(calm);
    expect(await demo.parts()).toHaveLength(8);
    expect((await place.docmill(['verify', 'demo'])).code).toBe(0);
    expect((await place.docmill(['results', 'demo'])).stdout).toBe(calm);
  });

  test('has nothing or the whole run when its producer is killed, and the same command completes it [B2]', async ({
    place,
    store,
  }) => {
    await writeDocuments(place.path('docs'), 3, SHARD_SIZED_BYTES);
    const calm = await calmResults(place, DOCUMENTS);
    store.keepRunsThere();
    for (const point of ['run.drafted', 'run.planned', 'run.written', 'run.uploaded'] as const) {
      await dieAt(place, ENQUEUE, { point });
      expect((await place.docmill(['results', 'demo'])).code).toBe(66);
    }
    await dieAt(place, ENQUEUE, { point: 'object.stored', path: 'run.json' });
    await dieAt(place, ENQUEUE, { point: 'queue.offered' });
    expect(await place.docmill(ENQUEUE)).toMatchObject({ code: 0, stdout: 'demo\n' });
    await using _worker = await place.worker();
    await storedLedgerOf(store.out, 'demo').untilComplete();
    expect(await storedLedgerOf(store.out, 'demo').results()).toBe(calm);
    expect((await place.docmill(['verify', 'demo'])).code).toBe(0);
  });

  test('has no round or the whole round when a retry is killed, and the same command opens it [B3]', async ({
    place,
    store,
  }) => {
    await writeDocuments(place.path('docs'), 3, SHARD_SIZED_BYTES);
    const calm = await calmResults(place, DOCUMENTS);
    store.keepRunsThere();
    expect((await place.docmill(ENQUEUE)).code).toBe(0);
    await rm(place.path('docs', '00001.txt'));
    await using _worker = await place.worker();
    const demo = storedLedgerOf(store.out, 'demo');
    await demo.untilComplete();
    expect(await demo.results()).toContain('VANISHED');
    await writeDocuments(place.path('docs'), 3, SHARD_SIZED_BYTES);
    for (const point of ['round.planned', 'round.indexed'] as const) await dieAt(place, ['retry', 'demo'], { point });
    expect((await place.docmill(['retry', 'demo'])).code).toBe(0);
    await demo.untilComplete(2);
    expect(await demo.results()).toBe(calm);
    expect((await place.docmill(['verify', 'demo'])).code).toBe(0);
  });

  test('goes on when the store was killed and came back [B6]', async ({ place, store }) => {
    await writeDocuments(place.path('docs'), 6, SHARD_SIZED_BYTES);
    const calm = await calmResults(place, DOCUMENTS);
    store.keepRunsThere();
    expect((await place.docmill(ENQUEUE)).code).toBe(0);
    await using _worker = await place.worker(20);
    await using follower = place.start(['results', 'demo', '--follow']);
    const demo = storedLedgerOf(store.out, 'demo');
    await waitUntil('a line is printed', () => follower.stdout() !== '');
    await waitUntil('a part is there', async () => (await demo.parts()).length > 0);
    await store.kill();
    // A command that never reached it does not wait for it; those that did go on.
    expect(await place.docmill(['status', 'demo'])).toMatchObject({ code: 74, stdout: '' });
    // A worker that comes now waits for it, as it would wait for its queue.
    await using late = place.start(['worker', '--model', 'stub:']);
    await late.untilSaid('worker waits for its output directory');
    await store.start();
    await late.untilSaid('worker started');
    await demo.untilComplete();
    expect(await demo.results()).toBe(calm);
    expect(await demo.parts()).toHaveLength(6);
    expect((await follower.finished).stdout).toBe(calm);
  });

  test('does not hold up a worker that is told to stop while the store is away [B6]', async ({ place, store }) => {
    await writeDocuments(place.path('docs'), 2, SHARD_SIZED_BYTES);
    const calm = await calmResults(place, DOCUMENTS);
    store.keepRunsThere();
    expect((await place.docmill(ENQUEUE)).code).toBe(0);
    await using worker = await place.worker(0, [], { DOCMILL_DRAIN_MS: '500', ...frozenAtItsPart });
    await untilStopped(worker.pid);
    await store.kill();
    worker.kill('SIGTERM');
    worker.kill('SIGCONT');
    const { code, stderr } = await worker.finished;
    expect(code).toBe(0);
    // It has not waited until its calls gave the store up.
    expect(stderr.slice(stderr.indexOf('worker stopping'))).not.toContain('"level":"error"');
    expect(stderr).not.toContain('heartbeat failed');
    await store.start();
    await using _other = await place.worker();
    const demo = storedLedgerOf(store.out, 'demo');
    await demo.untilComplete();
    expect(await demo.results()).toBe(calm);
  });

  test('keeps the first part of two workers, of which one was frozen past its lock [B5]', async ({ place, store }) => {
    await writeDocuments(place.path('docs'), 2, SHARD_SIZED_BYTES);
    const calm = await calmResults(place, DOCUMENTS);
    store.keepRunsThere();
    expect((await place.docmill(ENQUEUE)).code).toBe(0);
    await using zombie = await place.worker(0, [], frozenAtItsPart);
    await untilStopped(zombie.pid);
    await using _other = await place.worker();
    const demo = storedLedgerOf(store.out, 'demo');
    await demo.untilComplete();
    zombie.kill('SIGCONT');
    await zombie.untilSaid('already-complete');
    expect(await demo.results()).toBe(calm);
    expect((await place.docmill(['verify', 'demo'])).code).toBe(0);
  });

  test.for([
    ['ahead', -24],
    ['behind', 24],
  ] as const)(
    'loses and doubles nothing when the clock of the store is a day %s [B12]',
    async ([, hours], { place, store }) => {
      await writeDocuments(join(await store.makeBucket('documents'), 'in'), 4, SHARD_SIZED_BYTES);
      await writeDocuments(place.path('docs'), 4, SHARD_SIZED_BYTES);
      const calm = await calmResults(place, DOCUMENTS);
      store.keepRunsThere();
      // It is docmill's clock that is put wrong here; what counts is that they differ.
      Object.assign(place.environment, shiftClock(hours));
      const enqueue = ['enqueue', '--input', 's3://documents/in', ...DOCUMENTS.slice(2), '--run', 'demo'];
      expect((await place.docmill(enqueue)).code).toBe(0);
      await using _one = await place.worker();
      await using _other = await place.worker();
      const demo = storedLedgerOf(store.out, 'demo');
      await demo.untilComplete();
      expect(await demo.results()).toBe(calm);
      expect(await demo.parts()).toHaveLength(4);
      expect((await place.docmill(['verify', 'demo'])).code).toBe(0);
      const status = await place.docmill(['status', 'demo', '--json']);
      expect(JSON.parse(status.stdout)).toMatchObject({ state: 'complete', documents: { done: 4, total: 4 } });
    },
  );

  test('is not planned from a store that lists in another order than that of its keys [B11]', async ({
    place,
    store,
  }) => {
    await writeDocuments(join(await store.makeBucket('documents'), 'in'), 3);
    await using proxy = await startAlteringProxy(store.port, (xml) => {
      const entries = xml.match(/<Contents>.*?<\/Contents>/gs) ?? [];
      return xml.replace(entries.join(''), entries.toReversed().join(''));
    });
    store.keepRunsThere();
    const enqueue = ['enqueue', '--input', 's3://documents/in', ...DOCUMENTS.slice(2), '--run', 'demo'];
    const refused = await place.docmill(enqueue, environmentOf(proxy.port));
    expect(refused).toMatchObject({ code: 74, stdout: '' });
    expect(refused.stderr).toContain('order');
    expect((await place.docmill(['results', 'demo'])).code).toBe(66);
    expect((await place.docmill(enqueue)).code).toBe(0);
  });

  test('and documents there leave no key in logs, messages or files [B10] [S8]', async ({ place, store }) => {
    store.keepRunsThere();
    await writeDocuments(join(await store.makeBucket('documents'), 'in'), 3);
    const outputs: string[] = [];
    const enqueue = ['enqueue', '--input', 's3://documents/in', ...DOCUMENTS.slice(2), '--run', 'demo', '--debug'];
    const wrong = { AWS_SECRET_ACCESS_KEY: `${store.environment.AWS_SECRET_ACCESS_KEY}-not` };
    const refused = await place.docmill(enqueue, wrong);
    expect(refused.code).toBe(73);
    await using worker = await place.worker(0, [], { DOCMILL_LOG_LEVEL: 'trace' });
    const done = await place.docmill([...enqueue, '--wait']);
    expect(done.code).toBe(0);
    outputs.push(refused.stderr, done.stderr, done.stdout, worker.stderr());
    for (const file of await filesBelow(store.directory)) outputs.push(await readFile(file, 'utf8'));
    for (const key of [store.environment.AWS_SECRET_ACCESS_KEY, store.environment.AWS_ACCESS_KEY_ID]) {
      expect(outputs.filter((text) => text.includes(key))).toEqual([]);
    }
  });
});

test.for([
  ['takes a second conditional put', 200],
  ['knows no conditional puts', 501],
] as const)('a store that %s is refused with 73 [B7]', async ([, status], { place }) => {
  const careless = createServer((request, response) => {
    request.resume().on('end', () => response.writeHead(request.method === 'PUT' ? status : 200).end());
  });
  const port = await listenLocally(careless);
  await writeDocuments(place.path('docs'), 1);
  const refused = await place.docmill([...ENQUEUE, '--out', 's3://runs'], environmentOf(port));
  careless.close();
  careless.closeAllConnections();
  expect(refused.code).toBe(73);
  expect(refused.stderr).toContain('`s3://runs` (ENOTSUP); its store does not refuse a second put');
});

test.for([
  [['run', ...DOCUMENTS, '--out', 's3://runs'], 64, '`docmill enqueue` and `docmill worker`'],
  [[...ENQUEUE, '--out', 's3://'], 64, '`s3://BUCKET`'],
  [[...ENQUEUE, '--out', 'gs://runs'], 64, '`s3://BUCKET`'],
  [[...ENQUEUE, '--out', 's3://runs'], 78, 'AWS_REGION'],
] as const)('%j ends with %i', async ([command, code, says], { place }) => {
  await writeDocuments(place.path('docs'), 1);
  const ended = await place.docmill(command, { AWS_EC2_METADATA_DISABLED: 'true' });
  expect(ended).toMatchObject({ code, stdout: '' });
  expect(ended.stderr).toContain(says);
});

async function filesBelow(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}
