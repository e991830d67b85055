import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { expect } from 'vitest';
import { z } from 'zod';
import type { ResultLine } from '../../schemas/result.ts';
import { SHARD_SIZED_BYTES, writeDocuments } from '../support/documents.ts';
import { parseLines } from '../support/parse-lines.ts';
import { test } from '../support/place-test.ts';
import { waitUntil } from '../support/wait-until.ts';
import { DOCMILL, type Workplace, ledgerOf, untilInWork } from '../support/workplace.ts';

const DOCUMENTS = ['--input', 'docs', '--task', 'ticket', '--model', 'stub:'];
const ENQUEUE = ['enqueue', ...DOCUMENTS, '--run', 'demo'];

test.concurrent('results --follow prints exactly the results file while the run goes on', async ({ place }) => {
  await writeDocuments(place.path('docs'), 12, SHARD_SIZED_BYTES);
  expect((await place.docmill(ENQUEUE)).code).toBe(0);
  await using follower = place.start(['results', 'demo', '--follow']);
  await using _one = await place.worker(1000);
  await using _other = await place.worker(1000);
  await waitUntil('the first line is printed', () => follower.stdout().includes('\n'));
  expect((await ledgerOf(place, 'demo').parts()).length).toBeLessThan(12);
  const { code, stdout } = await follower.finished;
  expect(code).toBe(0);
  await ledgerOf(place, 'demo').untilComplete();
  expect(stdout).toBe(await ledgerOf(place, 'demo').results());
});

test.concurrent('results --follow of a run that is cancelled ends with 4', async ({ place }) => {
  await writeDocuments(place.path('docs'), 2);
  expect((await place.docmill(ENQUEUE)).code).toBe(0);
  await using follower = place.start(['results', 'demo', '--follow']);
  expect((await place.docmill(['cancel', 'demo'])).code).toBe(0);
  expect(await follower.finished).toEqual({
    code: 4,
    stdout: '',
    stderr: 'Not complete: documents of missing shards were left out.\n',
  });
});

test.concurrent('results | head -1 is quiet and exits 141 [O15]', async ({ place }) => {
  await writeDocuments(place.path('docs'), 2_000);
  expect((await place.docmill(['run', ...DOCUMENTS, '--run', 'demo'])).code).toBe(0);
  const script = `"$0" "$1" results demo | head -1; echo "code \${PIPESTATUS[0]}"`;
  const shell = spawn('bash', ['-c', script, process.execPath, DOCMILL], {
    cwd: place.directory,
    env: place.environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr] = await Promise.all([shell.stdout.toArray(), shell.stderr.toArray(), once(shell, 'close')]);
  const [line = '', code] = stdout.join('').split('\n');
  expect(JSON.parse(line)).toMatchObject({ id: '00000.txt', status: 'ok' });
  expect(code).toBe('code 141');
  expect(stderr.join('')).toBe('');
});

const statusSchema = z.looseObject({
  shards: z.object({ done: z.int(), total: z.int() }),
  running: z.int(),
  waiting: z.int(),
  workers: z.array(z.object({ shard: z.string() })),
  rate: z.number(),
  etaSeconds: z.number(),
});

test.concurrent('status --json says how far a run is and who works on it', async ({ place }) => {
  await writeDocuments(place.path('docs'), 6, SHARD_SIZED_BYTES);
  await using worker = await place.worker(60);
  expect((await place.docmill(ENQUEUE)).code).toBe(0);
  const demo = ledgerOf(place, 'demo');
  await demo.untilParts(2);
  await untilInWork(place, worker);
  // Held in its shard, so that what is seen does not depend on the moment.
  worker.kill('SIGSTOP');
  const during = statusSchema.parse(JSON.parse((await place.docmill(['status', 'demo', '--json'])).stdout));
  expect(during).toMatchObject({
    run: 'demo',
    state: 'open',
    reason: null,
    round: 1,
    shards: { total: 6 },
    documents: { total: 6 },
    outcomes: { failed: {}, skipped: {} },
    running: 1,
    refusals: [],
  });
  expect(during.shards.done + during.running + during.waiting).toBe(6);
  expect(during.workers).toHaveLength(1);
  expect(during.workers[0]?.shard).toMatch(/^demo\/1-\d$/);
  expect(during.rate).toBeGreaterThan(0);
  expect(during.etaSeconds).toBeGreaterThan(0);
  worker.kill('SIGCONT');
  const watched = await place.docmill(['status', 'demo', '--watch', '--json']);
  const last = watched.stdout.trim().split('\n').at(-1) ?? '';
  expect(JSON.parse(last)).toMatchObject({ state: 'complete', shards: { done: 6 }, waiting: 0, outcomes: { ok: 6 } });
  worker.kill('SIGTERM');
  await worker.finished;
  const after = await place.docmill(['status', '--json']);
  expect(JSON.parse(after.stdout)).toMatchObject({ run: 'demo', state: 'complete', workers: [], running: 0 });
});

test.concurrent('results of documents to review are those below the confidence, and --failed those that failed', async ({
  place,
}) => {
  await writeDocuments(place.path('docs'), 50);
  await writeDocuments(place.path('docs', 'empty'), 1, 0);
  expect((await place.docmill(['run', ...DOCUMENTS, '--run', 'demo'])).code).toBe(0);
  const isBelow = (line: ResultLine) => line.status === 'ok' && Object.values(line.confidence).some((one) => one < 0.5);
  const below = (await place.docmill(['results', 'demo', '--below', '0.5'])).stdout;
  expect(parseLines(below)).toEqual(parseLines(await ledgerOf(place, 'demo').results()).filter(isBelow));
  expect(below).not.toBe('');
  expect((await place.docmill(['results', 'demo', '--failed'])).stdout).toBe('');
});

const many = process.env['DOCMILL_TEST_FILES'] ?? '2000';

test.concurrent(
  `${many} files give the same bytes with one and with three workers`,
  { timeout: 120_000 + 20 * Number(many) },
  async ({ place }) => {
    await writeDocuments(place.path('docs'), Number(many));
    expect(await bytesWith(place, 1)).toBe(await bytesWith(place, 3));
  },
);

async function bytesWith(place: Workplace, workers: number): Promise<string> {
  const run = `with-${workers}`;
  const { code } = await place.docmill(['run', ...DOCUMENTS, '--run', run, '--workers', `${workers}`]);
  expect(code).toBe(0);
  const results = await ledgerOf(place, run).results();
  expect(results.match(/\n/g)).toHaveLength(Number(many));
  return results;
}

test.concurrent('requests of an OpenAI batch come back under their ids, also those that cannot be answered', async ({
  place,
}) => {
  const request = (custom_id: string, content: unknown) =>
    `${JSON.stringify({ custom_id, method: 'POST', url: '/v1', body: { model: 'm', messages: [{ role: 'user', content }] } })}\n`;
  const requests = [request('r-1', 'Hello'), request('r-2', [{ type: 'image_url' }]), request('r-3', 'Goodbye')];
  await writeFile(place.path('requests.jsonl'), requests.join(''));
  await using _worker = await place.worker();
  const batch = ['--input', 'requests.jsonl', '--task', 'ticket', '--model', 'stub:', '--run', 'batch'];
  expect((await place.docmill(['enqueue', ...batch, '--wait'])).code).toBe(3);
  const { code, stdout } = await place.docmill(['results', 'batch', '--format', 'openai']);
  expect(code).toBe(0);
  const batchLine = z.object({ custom_id: z.string(), error: z.object({ code: z.string() }).nullable() });
  const lines = stdout
    .trimEnd()
    .split('\n')
    .map((line) => batchLine.parse(JSON.parse(line)));
  expect(lines.map(({ custom_id, error }) => [custom_id, error?.code ?? null])).toEqual([
    ['r-1', null],
    ['r-2', 'INVALID_RECORD'],
    ['r-3', null],
  ]);
});
