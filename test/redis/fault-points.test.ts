import { rm } from 'node:fs/promises';
import { describe, expect } from 'vitest';
import { faultPoints, type FaultPoint } from '../../src/fault-points.ts';
import { SHARD_SIZED_BYTES, writeDocuments } from '../support/documents.ts';
import { WAY_OF_A_PART, readFaultLog, withFaults } from '../support/fault-log.ts';
import { test as base } from '../support/place-test.ts';
import { type Workplace, calmResults, ledgerOf } from '../support/workplace.ts';

/** Each death costs the start of a process, and a loaded machine takes seconds for one. */
const TIMEOUT = { timeout: 900_000 };

const DOCUMENTS = ['--input', 'docs', '--task', 'ticket', '--model', 'stub:'];

/** Whose death at a point is tried here; object-storage.test.ts tries those of a ledger in object storage. The compiler misses a declared point that is not in this table. */
const victims = {
  'run.drafted': 'producer',
  'run.planned': 'producer',
  'run.written': 'producer',
  'run.synced': 'producer',
  'run.renamed': 'producer',
  'run.durable': 'producer',
  'run.uploaded': 'in-storage',
  'queue.offered': 'producer',
  'job.taken': 'worker',
  // Killed there in `worker-crash.test.ts`.
  'document.asked': 'document',
  'job.answered': 'worker',
  'register.opened': 'worker',
  'register.half-written': 'worker',
  'register.written': 'worker',
  'register.synced': 'worker',
  'register.closed': 'worker',
  'register.linked': 'worker',
  'register.unlinked': 'worker',
  'register.durable': 'worker',
  'object.sending': 'in-storage',
  'object.stored': 'in-storage',
  'object.replacing': 'in-storage',
  'object.replaced': 'in-storage',
  'job.committed': 'worker',
  'job.acknowledged': 'worker',
  'finish.manifested': 'finisher',
  'replace.half-written': 'finisher',
  'replace.synced': 'finisher',
  'replace.renamed': 'finisher',
  'finish.derived': 'finisher',
  'round.planned': 'retry',
  'round.indexed': 'retry',
} as const satisfies Record<FaultPoint, 'producer' | 'worker' | 'document' | 'finisher' | 'retry' | 'in-storage'>;

function pointsOf(victim: (typeof victims)[FaultPoint]): FaultPoint[] {
  const points = Object.keys(faultPoints).filter((point): point is FaultPoint => point in victims);
  return points.filter((point) => victims[point] === victim);
}

const test = base.extend('arrivals', { auto: true }, async ({ place }) => {
  const file = place.path('arrivals.jsonl');
  place.environment['DOCMILL_FAULT_LOG'] = file;
  return () => readFaultLog(file);
});

/** Runs a command that is to die at a point; the log proves that it died there. */
async function dieAt(
  place: Workplace,
  command: readonly string[],
  { point, path = '' }: { readonly point: FaultPoint; readonly path?: string },
): Promise<void> {
  const program = place.start(command, withFaults({ point, path, action: 'kill' }));
  program.child.stdin?.end();
  expect({ point, code: (await program.finished).code }).toEqual({ point, code: 'SIGKILL' });
  const arrivals = await readFaultLog(place.path('arrivals.jsonl'));
  expect(arrivals.findLast(({ pid }) => pid === program.pid)).toMatchObject({ point, action: 'kill' });
}

describe('kill -9 at every declared instant', TIMEOUT, () => {
  test.concurrent('of a worker, and of one that finishes the run, gives the bytes of a calm run [P1-P7]', async ({
    place,
  }) => {
    const instants = pointsOf('worker');
    await writeDocuments(place.path('docs'), instants.length + 2, SHARD_SIZED_BYTES);
    const calm = await calmResults(place, DOCUMENTS);
    expect((await place.docmill(['enqueue', ...DOCUMENTS, '--run', 'demo'])).code).toBe(0);
    const worker = ['worker', '--model', 'stub:'];
    for (const point of instants) {
      // An acknowledgement belongs to a job and to no file.
      await dieAt(place, worker, { point, path: point === 'job.acknowledged' ? '' : '/parts/' });
    }
    for (const point of pointsOf('finisher')) {
      await dieAt(place, worker, { point, path: point.startsWith('replace') ? 'results.jsonl' : '' });
    }
    // The state itself: the run is complete, and nobody lived to see it.
    await dieAt(place, worker, { point: 'register.linked', path: '/state/' });
    const demo = ledgerOf(place, 'demo');
    expect(await demo.results()).toBe(calm);
    expect(await demo.parts()).toHaveLength(instants.length + 2);
    expect((await place.docmill(['verify', 'demo'])).code).toBe(0);
  });

  test.concurrent('of enqueue leaves nothing or the whole run, and the same command completes it [O1] [O2]', async ({
    place,
  }) => {
    await writeDocuments(place.path('docs'), 3, SHARD_SIZED_BYTES);
    const calm = await calmResults(place, DOCUMENTS);
    const enqueue = (run: string) => ['enqueue', ...DOCUMENTS, '--run', run];
    for (const point of pointsOf('producer')) {
      // Past this point only a new run comes by: the other one is there already.
      await dieAt(place, enqueue(point === 'run.durable' ? 'other' : 'demo'), { point });
    }
    for (const run of ['demo', 'other']) {
      expect(await place.docmill(enqueue(run))).toMatchObject({ code: 0, stdout: `${run}\n` });
    }
    await using _worker = await place.worker();
    for (const run of ['demo', 'other']) {
      await ledgerOf(place, run).untilComplete();
      expect(await ledgerOf(place, run).results()).toBe(calm);
      expect((await place.docmill(['verify', run])).code).toBe(0);
    }
  });

  test.concurrent('of retry leaves no round or the whole round, and the same command opens it', async ({ place }) => {
    await writeDocuments(place.path('docs'), 3, SHARD_SIZED_BYTES);
    const calm = await calmResults(place, DOCUMENTS);
    expect((await place.docmill(['enqueue', ...DOCUMENTS, '--run', 'demo'])).code).toBe(0);
    await rm(place.path('docs', '00001.txt'));
    await using _worker = await place.worker();
    await ledgerOf(place, 'demo').untilComplete();
    expect(await ledgerOf(place, 'demo').results()).toContain('VANISHED');
    await writeDocuments(place.path('docs'), 3, SHARD_SIZED_BYTES);
    for (const point of pointsOf('retry')) await dieAt(place, ['retry', 'demo'], { point });
    expect((await place.docmill(['retry', 'demo'])).code).toBe(0);
    await ledgerOf(place, 'demo').untilComplete(2);
    expect(await ledgerOf(place, 'demo').results()).toBe(calm);
    expect((await place.docmill(['verify', 'demo'])).code).toBe(0);
  });
});

test.concurrent('a shard goes through a worker in the order that the commit protocol says', async ({
  place,
  arrivals,
}) => {
  await writeDocuments(place.path('docs'), 1, SHARD_SIZED_BYTES);
  expect((await place.docmill(['enqueue', ...DOCUMENTS, '--run', 'demo'])).code).toBe(0);
  await using worker = await place.worker();
  await ledgerOf(place, 'demo').untilComplete();
  worker.kill('SIGTERM');
  await worker.finished;
  const way = (await arrivals()).filter(({ point, path }) => path.includes('/parts/') || point === 'job.acknowledged');
  expect(way.map(({ point }) => point)).toEqual(WAY_OF_A_PART);
});
