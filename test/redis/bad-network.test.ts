import { describe, expect } from 'vitest';
import { startProxy } from '../chaos/proxy.ts';
import { makeCertificate, startTlsEntrance } from '../support/tls-entrance.ts';
import { SHARD_SIZED_BYTES, writeDocuments } from '../support/documents.ts';
import { createOwnRedis, redisServer } from '../support/own-redis.ts';
import { test as base } from '../support/place-test.ts';
import { waitUntil } from '../support/wait-until.ts';
import { type Workplace, calmResults, ledgerOf } from '../support/workplace.ts';

const DOCUMENTS = ['--input', 'docs', '--task', 'ticket', '--model', 'stub:'];
const ENQUEUE = ['enqueue', ...DOCUMENTS, '--run', 'demo'];
const SLOW_MS = 20;

/** Tests whose way to a Redis of their own can be disturbed. */
const test = base.extend('network', { auto: true }, async ({ place }, { onCleanup }) => {
  await using resources = new AsyncDisposableStack();
  const redis = resources.use(await createOwnRedis(place.directory));
  await redis.start();
  const proxy = resources.use(await startProxy(redis.port));
  const owned = resources.move();
  onCleanup(() => owned.disposeAsync());
  place.environment['REDIS_URL'] = proxy.url;
  delete place.environment['DOCMILL_QUEUE_ENDPOINT'];
  return { redis, proxy };
});

async function completeAs(place: Workplace, calm: string): Promise<void> {
  const demo = ledgerOf(place, 'demo');
  await demo.untilComplete();
  expect(await demo.results()).toBe(calm);
  expect((await place.docmill(['verify', 'demo'])).code).toBe(0);
}

describe.skipIf(redisServer === null)('over a bad network', () => {
  test.concurrent('a connection that is open while nothing goes through is noticed, and work goes on [R6]', async ({
    place,
    network: { proxy },
  }) => {
    await writeDocuments(place.path('docs'), 8, SHARD_SIZED_BYTES);
    const calm = await calmResults(place, DOCUMENTS);
    await using worker = await place.worker(SLOW_MS);
    expect((await place.docmill(ENQUEUE)).code).toBe(0);
    await ledgerOf(place, 'demo').untilParts(2);
    proxy.setSilent(true);
    await worker.untilSaid('queue unreachable, waiting');
    proxy.setSilent(false);
    await completeAs(place, calm);
    expect(worker.stderr()).toContain('queue reachable again');
  });

  test.concurrent('a slow way to Redis costs time, and no worker loses its lock [R9]', async ({
    place,
    network: { proxy },
  }) => {
    await writeDocuments(place.path('docs'), 8, SHARD_SIZED_BYTES);
    const calm = await calmResults(place, DOCUMENTS);
    proxy.setDelay(150);
    const hasty = { DOCMILL_LOCK_MS: '5000', DOCMILL_STALLED_CHECK_MS: '1000' };
    await using one = await place.worker(SLOW_MS, [], hasty);
    await using other = await place.worker(SLOW_MS, [], hasty);
    expect((await place.docmill(ENQUEUE)).code).toBe(0);
    await completeAs(place, calm);
    const says = one.stderr() + other.stderr();
    expect(one.timesSaid('"outcome":"committed"') + other.timesSaid('"outcome":"committed"')).toBe(8);
    expect(says).not.toMatch(/"level":"(warn|error)"/);
  });

  test.concurrent('connections that are reset again and again only cost time [R8]', async ({
    place,
    network: { proxy },
  }) => {
    await writeDocuments(place.path('docs'), 8, SHARD_SIZED_BYTES);
    const calm = await calmResults(place, DOCUMENTS);
    await using worker = await place.worker(SLOW_MS);
    expect((await place.docmill(ENQUEUE)).code).toBe(0);
    const demo = ledgerOf(place, 'demo');
    for (let parts = 1; parts <= 6; parts += 1) {
      await demo.untilParts(parts);
      proxy.reset();
    }
    await completeAs(place, calm);
    expect(await demo.parts()).toHaveLength(8);
    expect(worker.child.exitCode).toBeNull();
  });

  test.concurrent('TLS works with a certificate that is trusted, and any other one is refused with 77 [S6]', async ({
    place,
    network: { redis },
    skip,
  }) => {
    const certificate = makeCertificate(place.directory);
    if (certificate === null) {
      skip('There is no openssl here.');
      return;
    }
    await using entrance = await startTlsEntrance(certificate, redis.port);
    await writeDocuments(place.path('docs'), 2);
    const queue = { REDIS_URL: entrance.url };
    for (const command of [ENQUEUE, ['worker', '--model', 'stub:']]) {
      const { code, stderr } = await place.docmill(command, queue);
      expect(code).toBe(77);
      expect(stderr).toContain('is not trusted');
    }
    const trusting = { ...queue, NODE_EXTRA_CA_CERTS: certificate.certFile };
    await using _worker = await place.worker(0, [], trusting);
    expect((await place.docmill([...ENQUEUE, '--wait'], trusting)).code).toBe(0);
  });

  test.concurrent('work goes on after Redis was away for long [R5]', async ({ place, network: { redis } }) => {
    await writeDocuments(place.path('docs'), 8, SHARD_SIZED_BYTES);
    const calm = await calmResults(place, DOCUMENTS);
    await using worker = await place.worker(SLOW_MS);
    expect((await place.docmill(ENQUEUE)).code).toBe(0);
    await ledgerOf(place, 'demo').untilParts(2);
    await redis.kill();
    // It says so every ten seconds.
    const notices = () => worker.timesSaid('queue unreachable, waiting');
    await waitUntil('the worker has waited for long', () => notices() >= 4, 120_000);
    await redis.start();
    await completeAs(place, calm);
  });
});
