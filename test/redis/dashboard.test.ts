import { expect } from 'vitest';
import { z } from 'zod';
import { JOB_VERSION } from '../../schemas/job.ts';
import { runIdSchema } from '../../schemas/ids.ts';
import { STUB_IDENTITY } from '../../src/engine/stub.ts';
import { openJobQueue } from '../../src/queue/job-queue.ts';
import { writeDocuments } from '../support/documents.ts';
import { createOwnRedis, redisServer } from '../support/own-redis.ts';
import { parseMetrics } from '../support/parse-metrics.ts';
import { test } from '../support/place-test.ts';
import type { Program } from '../support/start-program.ts';
import { waitUntil } from '../support/wait-until.ts';
import { ledgerOf } from '../support/workplace.ts';

const ENQUEUE = ['enqueue', '--input', 'docs', '--task', 'ticket', '--model', 'stub:', '--run', 'demo'];
const queuesSchema = z.object({
  queues: z.array(
    z.looseObject({
      displayName: z.string(),
      readOnlyMode: z.boolean(),
      jobs: z.array(z.unknown()),
      counts: z.record(z.string(), z.int()),
    }),
  ),
});

/** The address that a dashboard printed. */
async function addressOf(dashboard: Program): Promise<string> {
  await dashboard.untilSaid('Dashboard of');
  return /http:\S+/.exec(dashboard.stderr())?.[0] ?? '';
}

test.skipIf(redisServer === null)(
  'the dashboard shows runs, queues and bull-board, changes nothing, and outlives its Redis [O13] [S3]',
  async ({ place }) => {
    await using redis = await createOwnRedis(place.directory);
    await redis.start();
    Object.assign(place.environment, { REDIS_URL: redis.url, DOCMILL_QUEUE_ENDPOINT: '' });
    await writeDocuments(place.path('docs'), 5);
    expect((await place.docmill(ENQUEUE)).code).toBe(0);
    await using queue = await openJobQueue({
      endpoint: { kind: 'redis', url: redis.url },
      modelSha256: STUB_IDENTITY.sha256,
      role: 'command',
      prefix: place.environment['DOCMILL_QUEUE_PREFIX'] ?? '',
      onError: () => undefined,
    });
    const others = Array.from({ length: 5_000 }, (_, shard) => ({ v: JOB_VERSION, round: 1, shard }));
    await queue.add(runIdSchema.parse('a'.repeat(20)), others);
    const { waiting } = await queue.counts();
    await using dashboard = place.start(['dashboard', '--listen', '0']);
    const url = await addressOf(dashboard);
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    await redis.command('CONFIG', 'RESETSTAT');

    const api = `${url}/queues/api/queues?activeQueue=all&status=waiting&page=1&jobsPerPage=10`;
    const { queues } = queuesSchema.parse(await (await fetch(api)).json());
    expect(queues).toMatchObject([{ displayName: 'stub:', readOnlyMode: true, counts: { waiting } }]);
    expect(queues[0]?.jobs.length).toBeLessThanOrEqual(10);
    const page = await (await fetch(`${url}/queues`)).text();
    const script = /<script defer src="(static\/[^"]+)"/.exec(page)?.[1];
    expect((await fetch(`${url}/queues/${script}`)).status).toBe(200);
    const name = `docmill-${STUB_IDENTITY.sha256.slice(0, 16)}`;
    for (const path of [`${name}/pause`, `${name}/empty`, `${name}/obliterate`, 'pause', `${name}/retry/failed`]) {
      expect((await fetch(`${url}/queues/api/queues/${path}`, { method: 'PUT' })).status).toBe(405);
    }
    const metrics = parseMetrics(await (await fetch(`${url}/metrics`)).text());
    expect(metrics.value('docmill_queue_jobs', { state: 'waiting' })).toBe(waiting);
    expect(metrics.value('bullmq_job_count', { queue: name, state: 'waiting' })).toBe(waiting);
    const commands = String(await redis.command('INFO', 'commandstats'));
    expect(commands).toContain('cmdstat_');
    expect(commands).not.toMatch(/cmdstat_(keys|scan|hset|del|zadd|lpush|rpush|flushall|flushdb):/);

    await redis.kill();
    await waitUntil('the queue is said to be away', async () =>
      (await (await fetch(url)).text()).includes('does not answer'),
    );
    await redis.start();
    await waitUntil(
      'the queue is seen again',
      async () => !(await (await fetch(url)).text()).includes('does not answer'),
    );
    dashboard.kill('SIGINT');
    expect((await dashboard.finished).code).toBe(0);
  },
);

test.concurrent('a dashboard that others may reach asks for the token that it prints, and for known names [S1]', async ({
  place,
}) => {
  await using dashboard = place.start(['dashboard', '--listen', '0.0.0.0:0', '--allow-host', 'mill.example']);
  const url = new URL(await addressOf(dashboard));
  expect(url.searchParams.get('token')).toMatch(/^[\w-]{32}$/);
  expect((await fetch(url.origin)).status).toBe(401);
  expect((await fetch(url, { redirect: 'manual' })).status).toBe(303);
  const headers = { authorization: `Bearer ${url.searchParams.get('token')}` };
  expect((await fetch(url.origin, { headers })).status).toBe(200);
});

test.concurrent('the token of the dashboard is the one of the environment, is never printed, and is refused when short', async ({
  place,
}) => {
  const token = 'sixteen-letters-and-more';
  const refused = await place.docmill(['dashboard', '--listen', '0'], { DOCMILL_DASHBOARD_TOKEN: 'short-secret' });
  expect([refused.code, refused.stderr.includes('short-secret')]).toEqual([78, false]);
  await using dashboard = place.start(['dashboard', '--listen', '0'], { DOCMILL_DASHBOARD_TOKEN: token });
  const url = await addressOf(dashboard);
  expect((await fetch(url)).status).toBe(401);
  expect((await fetch(url, { headers: { authorization: `Bearer ${token}` } })).status).toBe(200);
  expect(dashboard.stderr()).not.toContain(token);
});

test.concurrent('without a queue the dashboard shows the runs that are there', async ({ place }) => {
  await writeDocuments(place.path('docs'), 5);
  await using worker = await place.worker();
  expect((await place.docmill(ENQUEUE)).code).toBe(0);
  await ledgerOf(place, 'demo').untilComplete();
  worker.kill('SIGTERM');
  await worker.finished;
  await using dashboard = place.start(['dashboard', '--listen', '0'], { DOCMILL_QUEUE_ENDPOINT: '' });
  const url = await addressOf(dashboard);
  await waitUntil('the run is shown', async () => (await (await fetch(url)).text()).includes('5 / 5'));
  expect((await fetch(`${url}/queues`)).status).toBe(404);
});
