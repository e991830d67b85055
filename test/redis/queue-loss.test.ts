import { readFile, readdir, stat, truncate, writeFile } from 'node:fs/promises';
import { describe, expect } from 'vitest';
import { SHARD_SIZED_BYTES, writeDocuments } from '../support/documents.ts';
import { createOwnRedis, redisServer } from '../support/own-redis.ts';
import { test as base } from '../support/place-test.ts';
import { countJobs } from '../support/queue.ts';
import { waitUntil } from '../support/wait-until.ts';
import { type Workplace, calmResults, ledgerOf } from '../support/workplace.ts';

const DOCUMENTS = ['--input', 'docs', '--task', 'ticket', '--model', 'stub:'];
const ENQUEUE = ['enqueue', ...DOCUMENTS, '--run', 'demo'];
const SLOW_MS = 20;

/** Tests whose Redis is their own, so that it can be taken away; skipped where there is none. */
const test = base.extend('redis', { auto: true }, async ({ place }, { onCleanup }) => {
  const redis = await createOwnRedis(place.directory);
  onCleanup(redis[Symbol.asyncDispose]);
  await redis.start();
  place.environment['REDIS_URL'] = redis.url;
  delete place.environment['DOCMILL_QUEUE_ENDPOINT'];
  return redis;
});

async function completeBytes(place: Workplace): Promise<string> {
  await ledgerOf(place, 'demo').untilComplete();
  expect((await place.docmill(['verify', 'demo'])).code).toBe(0);
  return ledgerOf(place, 'demo').results();
}

describe.skipIf(redisServer === null)('with a Redis of its own', () => {
  test.concurrent('a queue that is emptied is filled again by the workers alone [R2] [O11]', async ({
    place,
    redis,
  }) => {
    await writeDocuments(place.path('docs'), 12, SHARD_SIZED_BYTES);
    const calm = await calmResults(place, DOCUMENTS);
    await using worker = await place.worker(SLOW_MS);
    expect((await place.docmill(ENQUEUE)).code).toBe(0);
    await ledgerOf(place, 'demo').untilParts(3);
    await redis.command('FLUSHALL');
    expect((await ledgerOf(place, 'demo').parts()).length).toBeLessThan(12);
    expect(await completeBytes(place)).toBe(calm);
    worker.kill('SIGTERM');
    expect((await worker.finished).code).toBe(0);
  });

  test.concurrent('a killed Redis that comes back only costs time [R1]', async ({ place, redis }) => {
    await writeDocuments(place.path('docs'), 12, SHARD_SIZED_BYTES);
    const calm = await calmResults(place, DOCUMENTS);
    await using worker = await place.worker(SLOW_MS);
    await using waiting = place.start([...ENQUEUE, '--wait']);
    await waiting.untilSaid('in the queue');
    for (const parts of [2, 6]) {
      await ledgerOf(place, 'demo').untilParts(parts);
      await redis.kill();
      await worker.untilSaid('queue unreachable, waiting');
      await redis.start();
    }
    expect((await waiting.finished).code).toBe(0);
    expect(await completeBytes(place)).toBe(calm);
    expect(worker.stderr()).toContain('queue reachable again');
  });

  test.concurrent('without Redis a command ends by itself with 69, and a worker waits until it comes [R4]', async ({
    place,
    redis,
  }) => {
    await redis.kill();
    await writeDocuments(place.path('docs'), 3);
    await using worker = await place.worker();
    await worker.untilSaid('queue unreachable, waiting');
    const refused = await place.docmill(ENQUEUE);
    expect(refused.code).toBe(69);
    expect(refused.stderr).toMatch(/^docmill: The queue at `redis:\/\/127\.0\.0\.1:\d+` does not answer[^\n]+\n$/);
    await redis.start();
    expect((await place.docmill(ENQUEUE)).code).toBe(0);
    await ledgerOf(place, 'demo').untilComplete();
  });

  test.concurrent('a command ends by itself with 69 while Redis is frozen [R10]', async ({ place, redis }) => {
    await writeDocuments(place.path('docs'), 3);
    redis.signal('SIGSTOP');
    expect((await place.docmill(ENQUEUE)).code).toBe(69);
  });

  test.concurrent('a Redis whose file is cut off at its end starts, and what it forgot is put back [R3]', async ({
    place,
    redis,
  }) => {
    await writeDocuments(place.path('docs'), 12, SHARD_SIZED_BYTES);
    const calm = await calmResults(place, DOCUMENTS);
    expect((await place.docmill(ENQUEUE)).code).toBe(0);
    const before = await countJobs(place);
    await redis.kill();
    const file = (await readdir(place.path('appendonlydir'))).find((name) => name.endsWith('.incr.aof'));
    const path = place.path('appendonlydir', file ?? '');
    const { size } = await stat(path);
    // In the middle of the jobs, and of a command.
    await truncate(path, Math.floor(size / 2) + 1);
    await redis.start();
    expect((await countJobs(place)).waiting).toBeLessThan(before.waiting);
    await using _worker = await place.worker();
    expect(await completeBytes(place)).toBe(calm);
  });

  test.concurrent('a Redis that may throw jobs away is refused with 78, unless that is allowed; one that keeps nothing is named [R13] [R14]', async ({
    place,
    redis,
  }) => {
    await writeDocuments(place.path('docs'), 3);
    await redis.command('CONFIG', 'SET', 'appendonly', 'no', 'maxmemory', '100mb', 'maxmemory-policy', 'allkeys-lru');
    for (const command of [ENQUEUE, ['worker', '--model', 'stub:']]) {
      const { code, stderr } = await place.docmill(command);
      expect(code).toBe(78);
      expect(stderr).toContain('DOCMILL_ALLOW_EVICTION=true');
    }
    place.environment['DOCMILL_ALLOW_EVICTION'] = 'true';
    await using worker = await place.worker();
    const { code, stderr } = await place.docmill([...ENQUEUE, '--wait']);
    expect(code).toBe(0);
    for (const said of [stderr, worker.stderr()]) expect(said).toContain('turn on `appendonly`');
  });

  test.concurrent('a Redis that is full refuses enqueue with its own words, and work goes on when there is room [R12]', async ({
    place,
    redis,
  }) => {
    await writeDocuments(place.path('docs'), 6, SHARD_SIZED_BYTES);
    const calm = await calmResults(place, DOCUMENTS);
    await using worker = await place.worker(SLOW_MS);
    await redis.command('CONFIG', 'SET', 'maxmemory', '1mb');
    const refused = await place.docmill(ENQUEUE);
    expect(refused.code).toBe(69);
    expect(refused.stderr).toContain('OOM command not allowed');
    await redis.command('CONFIG', 'SET', 'maxmemory', '0');
    // The run is there already, and its workers put its shards into the queue.
    expect(await completeBytes(place)).toBe(calm);
    worker.kill('SIGTERM');
    expect((await worker.finished).code).toBe(0);
  });

  test.concurrent('a Redis that refuses to write ends enqueue with its own words, and a worker waits and goes on [R15]', async ({
    place,
    redis,
  }) => {
    await writeDocuments(place.path('docs'), 8, SHARD_SIZED_BYTES);
    const calm = await calmResults(place, DOCUMENTS);
    await using worker = await place.worker(SLOW_MS, [], { DOCMILL_LOCK_MS: '3000', DOCMILL_STALLED_CHECK_MS: '1000' });
    expect((await place.docmill(ENQUEUE)).code).toBe(0);
    await ledgerOf(place, 'demo').untilParts(2);
    await redis.command('CONFIG', 'SET', 'min-replicas-to-write', '1');
    await worker.untilSaid('NOREPLICAS');
    const refused = await place.docmill([...ENQUEUE.slice(0, -1), 'other']);
    expect(refused.code).toBe(69);
    expect(refused.stderr).toContain('NOREPLICAS');
    await redis.command('CONFIG', 'SET', 'min-replicas-to-write', '0');
    expect(await completeBytes(place)).toBe(calm);
    expect(worker.child.exitCode).toBeNull();
  });

  test.concurrent('a Redis that goes away while documents are planned ends enqueue with 69, and the same command goes on', async ({
    place,
    redis,
  }) => {
    const arguments_ = ['enqueue', '--input', '-', '--task', 'ticket', '--model', 'stub:', '--run', 'demo'];
    await using enqueue = place.start(arguments_);
    enqueue.child.stdin?.write('{"text":"one"}\n');
    // It reads stdin after it has found the queue.
    await untilDraft(place);
    await redis.kill();
    enqueue.child.stdin?.end();
    const { code, stderr } = await enqueue.finished;
    expect(stderr).not.toContain('bug');
    expect(code).toBe(69);
    await redis.start();
    await using again = place.start(arguments_);
    again.child.stdin?.end('{"text":"one"}\n');
    expect((await again.finished).code).toBe(0);
  });

  test.concurrent('no text of a document and no secret reaches the queue or a log [S8] [S9]', async ({ place }) => {
    const canary = 'canary-in-a-document';
    await writeDocuments(place.path('docs'), 2, SHARD_SIZED_BYTES);
    await writeFile(place.path('docs', 'canary.txt'), `${canary} `.repeat(50));
    await writeFile(place.path('docs', 'binary.txt'), new Uint8Array([0, 1, 2, ...Buffer.from(canary)]));
    await writeFile(place.path('docs', 'broken.jsonl'), `{"text": "${canary}\n{"no": "${canary}"}\n`);
    await using worker = await place.worker(0, [], { DOCMILL_LOG_LEVEL: 'trace' });
    const { code, stderr } = await place.docmill([...ENQUEUE, '--wait', '--debug']);
    expect(code).toBe(3);
    worker.kill('SIGTERM');
    await worker.finished;
    const files = await readdir(place.path('appendonlydir'));
    const commands = await Promise.all(files.map((name) => readFile(place.path('appendonlydir', name), 'latin1')));
    expect(commands.join('')).toContain('"shard":0');
    expect([...commands, stderr, worker.stderr()].join('')).not.toContain(canary);
    expect(await ledgerOf(place, 'demo').results()).toContain('"status":"ok"');
  });
});

base
  .skipIf(redisServer === null)
  .concurrent('a wrong password ends with 77 and is never shown [R16]', async ({ place }) => {
    await using redis = await createOwnRedis(place.directory, 'right-secret');
    await redis.start();
    await writeDocuments(place.path('docs'), 3);
    const address = `127.0.0.1:${redis.port}`;
    const urls = [`redis://:wrong-secret@${address}`, `redis://${address}`, `redis://${address}?password=wrong-secret`];
    for (const url of urls) {
      const queue = { REDIS_URL: url, DOCMILL_QUEUE_ENDPOINT: '' };
      const commands = [
        [...ENQUEUE, '--debug'],
        ['worker', '--model', 'stub:'],
      ];
      const all = await Promise.all(commands.map((command) => place.docmill(command, queue)));
      expect(all.map(({ code }) => code)).toEqual([77, 77]);
      for (const { stdout, stderr } of all) {
        expect(stderr).toContain('refused the credentials in `REDIS_URL`');
        expect(stdout + stderr).not.toContain('secret');
      }
    }
  });

async function untilDraft(place: Workplace): Promise<void> {
  await waitUntil('a draft is begun', async () =>
    (await readdir(place.path('out')).catch(() => [])).some((name) => name.startsWith('.new-')),
  );
}
