// `npm run bench:dashboard`: how fast the dashboard is over a run of a million documents and a queue of a million jobs.
import { mkdtempDisposableSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { runIdSchema } from '../schemas/ids.ts';
import { openJobQueue } from '../src/queue/job-queue.ts';
import { aRun, failedLine, okLine } from '../test/support/a-run.ts';
import { chromium, openPage } from '../test/support/browser.ts';
import { createOwnRedis } from '../test/support/own-redis.ts';
import { startProgram } from '../test/support/start-program.ts';
import { waitUntil } from '../test/support/wait-until.ts';

const HELP = `Measures the dashboard over one open run and one queue; prints one line for each question.

  $ npm run bench:dashboard -- --documents 1000000 --jobs 1000000

  --documents N   documents of the run, all but one shard done (default 1000000)
  --jobs N        jobs waiting in the queue, some 800 bytes of Redis each (default 1000000)

Needs redis-server; the first paint needs Chromium.
`;
const DOCUMENTS_PER_SHARD = 42;
const ASKS = 20;
const LONGEST_MS = 3_600_000;

const { values: flags } = parseArgs({
  options: {
    documents: { type: 'string', default: '1000000' },
    jobs: { type: 'string', default: '1000000' },
    help: { type: 'boolean', default: false },
  },
});
if (flags.help) process.stdout.write(HELP);
else await main(Number(flags.documents), Number(flags.jobs));

async function main(documents: number, jobs: number): Promise<void> {
  using directory = mkdtempDisposableSync(join(tmpdir(), 'docmill-dashboard-'));
  await using redis = await createOwnRedis(directory.path);
  await redis.start();
  const out = join(directory.path, 'out');
  const sha256 = await writeRun(out, documents);
  await fillQueue(redis.url, sha256, jobs);
  const program = join(import.meta.dirname, '..', 'bin', 'docmill.js');
  await using dashboard = startProgram(process.execPath, [program, 'dashboard', '--listen', '0', '--out', out], {
    cwd: directory.path,
    env: { ...process.env, REDIS_URL: redis.url },
  });
  await dashboard.untilSaid('Dashboard of');
  const url = /http:\S+/.exec(dashboard.stderr())?.[0] ?? '';
  const startedMs = performance.now();
  say('first answer of /, nothing read yet', `${(await ask(`${url}/`)).toFixed(0)} ms`);
  if (chromium !== null) await measurePaint(`${url}/`);
  await measure('/ while the run is being counted', `${url}/`);
  await measure('/runs/test while it is being counted', `${url}/runs/test`);
  await waitUntil(
    'the run is counted',
    async () => /status="ok"/.test(await (await fetch(`${url}/metrics`)).text()),
    LONGEST_MS,
  );
  say('all parts counted after', `${((performance.now() - startedMs) / 1000).toFixed(0)} s`);
  await measure('/', `${url}/`);
  await measure('/runs/test', `${url}/runs/test`);
  await measure('/metrics', `${url}/metrics`);
  const query = 'activeQueue=all&status=waiting&page=1&jobsPerPage=10';
  await measure('bull-board: counts and the first page of jobs', `${url}/queues/api/queues?${query}`);
  const [, rss = '?'] = /VmRSS:\s+(\d+ kB)/.exec(await readFile(`/proc/${dashboard.pid}/status`, 'utf8')) ?? [];
  say('resident memory of the dashboard', rss);
}

/** A run on disk whose parts are written without the care of a real one, which would take hours here. */
async function writeRun(out: string, documents: number) {
  const count = Math.ceil(documents / DOCUMENTS_PER_SHARD);
  const shards = Array.from({ length: count }, (_, shard) =>
    Array.from({ length: DOCUMENTS_PER_SHARD }, (_, index) => `tickets/${shard * DOCUMENTS_PER_SHARD + index}.txt`),
  );
  const { run, paths } = await aRun(out, shards);
  for (const [shard, ids] of shards.slice(1).entries()) {
    const lines = ids.map((id, index) => JSON.stringify(index % 20 === 0 ? failedLine(id) : okLine(id)));
    await writeFile(paths.part(1, shard + 1), `${lines.join('\n')}\n`);
  }
  say('run', `${run.documents.toLocaleString('en-US')} documents in ${count.toLocaleString('en-US')} shards`);
  return run.model.sha256;
}

async function fillQueue(url: string, modelSha256: Parameters<typeof openJobQueue>[0]['modelSha256'], jobs: number) {
  await using queue = await openJobQueue({
    endpoint: { kind: 'redis', url },
    modelSha256,
    role: 'command',
    prefix: '{docmill}',
    onError: () => undefined,
  });
  const AT_ONCE = 10_000;
  for (let start = 0; start < jobs; start += AT_ONCE) {
    const shards = Array.from({ length: Math.min(AT_ONCE, jobs - start) }, (_, index) => start + index);
    await queue.add(
      runIdSchema.parse('b'.repeat(20)),
      shards.map((shard) => ({ round: 1, shard })),
    );
  }
  say('queue', `${(await queue.counts()).waiting.toLocaleString('en-US')} jobs waiting`);
}

async function measurePaint(url: string): Promise<void> {
  await using page = await openPage();
  await page.go(url);
  const paint = z
    .number()
    .parse(
      await waitUntil('the page is painted', () =>
        page.evaluate("performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null"),
      ),
    );
  say('first contentful paint of / in Chromium', `${paint.toFixed(0)} ms`);
}

async function measure(what: string, url: string): Promise<void> {
  const times: number[] = [];
  for (let time = 0; time < ASKS; time += 1) times.push(await ask(url));
  times.sort((one, other) => one - other);
  say(what, `${times[ASKS / 2]?.toFixed(0)} ms median, ${times.at(-1)?.toFixed(0)} ms at most, of ${ASKS}`);
}

async function ask(url: string): Promise<number> {
  const startedMs = performance.now();
  const response = await fetch(url);
  await response.arrayBuffer();
  if (response.status !== 200) throw new Error(`${url} answered ${response.status}.`);
  return performance.now() - startedMs;
}

function say(what: string, figure: string): void {
  process.stdout.write(`${what}: ${figure}\n`);
}
