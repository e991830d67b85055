import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { expect } from 'vitest';
import { SHARD_SIZED_BYTES, writeDocuments } from '../support/documents.ts';
import { withFaults } from '../support/fault-log.ts';
import { test as base } from '../support/place-test.ts';
import { hasProcessLimits, limitProcess } from '../support/process-limit.ts';
import { untilStopped } from '../support/processes.ts';
import { countJobs } from '../support/queue.ts';
import { mountSmallDisk, type SmallDisk } from '../support/small-disk.ts';
import { waitUntil } from '../support/wait-until.ts';
import { calmResults, ledgerOf, type Workplace } from '../support/workplace.ts';

const DOCUMENTS = ['--input', 'docs', '--task', 'ticket', '--model', 'stub:'];
const ENQUEUE = ['enqueue', ...DOCUMENTS, '--run', 'demo'];
const TIMEOUT = { timeout: 300_000 };
const DISK = { megabytes: 8, inodes: 2_000 };

/** Tests on a real file system that is small; skipped where this user may not mount one. */
const test = base.extend('disk', { auto: true }, async ({ place, skip }, { onCleanup }): Promise<SmallDisk> => {
  await mkdir(place.path('out'));
  const disk = mountSmallDisk(place.path('out'), DISK);
  if (disk === null) return skip('No file system can be mounted here.');
  onCleanup(disk[Symbol.asyncDispose]);
  return disk;
});

test.concurrent(
  'a disk that is full, then without inodes, then read-only, holds a worker up and costs nothing else [D1] [D4] [D7]',
  TIMEOUT,
  async ({ place, disk }) => {
    await writeDocuments(place.path('docs'), 1, SHARD_SIZED_BYTES);
    const calm = await calmResults(place, DOCUMENTS);
    // It stands still before it writes each part, until the disk is spoiled; nothing else of it may write meanwhile.
    await using worker = place.start(['worker', '--model', 'stub:'], {
      ...withFaults({ point: 'job.answered', action: 'pause', times: 3 }),
      DOCMILL_LOCK_MS: '600000',
      DOCMILL_HEARTBEAT_MS: '10000',
      DOCMILL_TOP_UP_MS: '3600000',
    });
    await waitUntil('it has written its heartbeat', async () => (await heartbeatsIn(place)).length > 0);
    const faults = [
      { run: 'no-space', code: 'ENOSPC', take: disk.fill, give: disk.free },
      { run: 'no-inodes', code: 'ENOSPC', take: disk.fillInodes, give: disk.free },
      { run: 'read-only', code: 'EROFS', take: () => disk.remount('ro'), give: () => disk.remount('rw') },
    ];
    for (const { run, code, take, give } of faults) {
      expect((await place.docmill(['enqueue', ...DOCUMENTS, '--run', run])).code).toBe(0);
      await untilStopped(worker.pid);
      await take();
      worker.kill('SIGCONT');
      await worker.untilSaid(`"run":"${run}","round":1,"shard":0,"code":"${code}"`);
      expect(await ledgerOf(place, run).parts()).toEqual([]);
      expect(await countJobs(place)).toMatchObject({ active: 1, waiting: 0, delayed: 0, failed: 0 });
      await give();
      await ledgerOf(place, run).untilComplete();
      expect(await ledgerOf(place, run).results()).toBe(calm);
      expect((await place.docmill(['verify', run])).code).toBe(0);
    }
    // No attempt has failed: the ones that were held up went on.
    expect(worker.stderr()).not.toContain('shard attempt failed');
  },
);

test.concurrent(
  'a worker that comes while the disk is full waits for room before it takes a job, and can be stopped meanwhile [D1]',
  TIMEOUT,
  async ({ place, disk }) => {
    await writeDocuments(place.path('docs'), 1, SHARD_SIZED_BYTES);
    expect((await place.docmill(ENQUEUE)).code).toBe(0);
    await disk.fill();
    await using worker = place.start(['worker', '--model', 'stub:']);
    await using other = place.start(['worker', '--model', 'stub:']);
    await Promise.all([worker, other].map((one) => one.untilSaid('worker waits for its output directory')));
    other.kill('SIGTERM');
    expect((await other.finished).code).toBe(0);
    expect(await countJobs(place)).toMatchObject({ active: 0, failed: 0 });
    await disk.free();
    await ledgerOf(place, 'demo').untilComplete();
    expect(worker.stderr()).not.toContain('shard attempt failed');
  },
);

test.concurrent(
  'a disk that may not hold the results is told of once, when they are planned [O10]',
  TIMEOUT,
  async ({ place }) => {
    // Each of these needs a fifth of a kilobyte in the plan, and a whole one for its results.
    await writeFile(place.path('rows.jsonl'), '{"text":"a"}\n'.repeat(9_000));
    const enqueue = ['enqueue', '--input', 'rows.jsonl', '--task', 'ticket', '--model', 'stub:', '--run', 'demo'];
    const first = await place.docmill(enqueue);
    expect(first.code).toBe(0);
    expect(first.stderr).toContain('the results of 9,000 documents take 9.0 MB or more');
    expect((await place.docmill(enqueue)).stderr).not.toContain('or more');
  },
);

test.concurrent(
  'a disk that is full while documents are planned ends enqueue without half a plan and without a job [D3]',
  TIMEOUT,
  async ({ place, disk }) => {
    await writeDocuments(place.path('docs'), 3, SHARD_SIZED_BYTES);
    await disk.fill();
    const refused = await place.docmill(ENQUEUE);
    expect(refused.code).toBe(73);
    expect(refused.stderr).toContain('ENOSPC');
    await disk.free();
    expect(await runsIn(place)).toEqual([]);
    expect(await countJobs(place)).toMatchObject({ waiting: 0, active: 0, delayed: 0 });
    expect((await place.docmill(ENQUEUE)).code).toBe(0);
  },
);

base
  .skipIf(!hasProcessLimits)
  .concurrent(
    'a worker that may write no longer files, or open no more of them, waits and costs nothing else [D8] [P19]',
    TIMEOUT,
    async ({ place }) => {
      await writeDocuments(place.path('docs'), 1, SHARD_SIZED_BYTES);
      const calm = await calmResults(place, DOCUMENTS);
      const faults = [
        { run: 'short-files', point: 'job.answered', resource: 'fsize', soft: 10, code: 'EFBIG', failed: false },
        { run: 'few-files', point: 'job.answered', resource: 'nofile', soft: 3, code: 'EMFILE', failed: false },
        { run: 'no-document', point: 'job.taken', resource: 'nofile', soft: 3, code: 'EMFILE', failed: true },
      ] as const;
      for (const { run, point, resource, soft, code, failed } of faults) {
        await using worker = place.start(['worker', '--model', 'stub:'], {
          ...withFaults({ point, action: 'pause' }),
          DOCMILL_LOCK_MS: '600000',
          DOCMILL_HEARTBEAT_MS: '200',
          DOCMILL_TOP_UP_MS: '3600000',
        });
        expect((await place.docmill(['enqueue', ...DOCUMENTS, '--run', run])).code).toBe(0);
        await untilStopped(worker.pid);
        const lift = limitProcess(worker.pid, resource, soft);
        worker.kill('SIGCONT');
        await worker.untilSaid(failed ? 'shard attempt failed' : `"run":"${run}","round":1,"shard":0,"code":"${code}"`);
        // While it cannot write its heartbeat either, it lives on.
        const before = worker.timesSaid('heartbeat failed');
        await waitUntil('two more heartbeats have failed', () => worker.timesSaid('heartbeat failed') >= before + 2);
        expect(await ledgerOf(place, run).parts()).toEqual([]);
        lift();
        await ledgerOf(place, run).untilComplete();
        expect(await ledgerOf(place, run).results()).toBe(calm);
        // Where the lines are there, they are kept; only an attempt that could not read a document is made anew.
        expect(worker.stderr().includes('shard attempt failed')).toBe(failed);
      }
    },
  );

base.concurrent(
  'an output directory that is deleted stops the worker with a sentence, and is not made anew [D11]',
  TIMEOUT,
  async ({ place }) => {
    await writeDocuments(place.path('docs'), 2, SHARD_SIZED_BYTES);
    expect((await place.docmill(ENQUEUE)).code).toBe(0);
    await using worker = await place.worker(60_000);
    // A heartbeat may come between what is read and what is removed.
    await rm(place.path('out'), { recursive: true, maxRetries: 10 });
    const { code, stderr } = await worker.finished;
    expect(code).toBe(73);
    expect(stderr).toContain('is gone');
    await expect(readdir(place.path('out'))).rejects.toMatchObject({ code: 'ENOENT' });
  },
);

async function runsIn(place: Workplace): Promise<string[]> {
  return (await readdir(place.path('out'))).filter((name) => !name.startsWith('.'));
}

async function heartbeatsIn(place: Workplace): Promise<string[]> {
  return (await readdir(place.path('out', '.workers')).catch(() => [])).filter((name) => name.endsWith('.json'));
}
