import { mkdir, rm } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { runNameSchema } from '../../../schemas/ids.ts';
import type { ResultLine } from '../../../schemas/result.ts';
import { finalizeRun } from '../../../src/ledger/finalize-run.ts';
import { writeHeartbeat } from '../../../src/ledger/heartbeats.ts';
import type { OpenRun } from '../../../src/ledger/open-run.ts';
import { serveDashboard } from '../../../src/monitor/dashboard/serve-dashboard.ts';
import { aRun, commitRound, failedLine, okLine } from '../../support/a-run.ts';
import { createFastFiles } from '../../support/fast-files.ts';
import { aHeartbeat, setHeartbeatAge } from '../../support/heartbeats.ts';
import { parseMetrics } from '../../support/parse-metrics.ts';
import { waitUntil } from '../../support/wait-until.ts';

/** What somebody might call a file, or a label, to be run in a browser. */
const ATTACKS = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '</table><svg/onload=alert(1)>',
  'javascript:alert(1)',
  '\u202Egnp.exe',
];
const sectionsSchema = z.record(z.string(), z.string());
const SECRET = 'IBAN DE02 1203 0000 0000 2020 51';

const serve = (out: string) =>
  serveDashboard({ host: '127.0.0.1', port: 0 }, { out, queues: null, token: null, hosts: [] });

const name = (text: string) => ({ name: runNameSchema.parse(text) });

/** A run with four documents in three shards, of which the first two are done: one failed. */
async function aHalfRun(out: string, run = 'half'): Promise<OpenRun> {
  const open = await aRun(out, [['a'], ['b', 'c'], ['d']], name(run));
  const answer = (id: string): ResultLine => (id === 'b' ? failedLine(id, 'BINARY') : okLine(id));
  await commitRound(open, 1, answer, (shard) => shard < 2);
  return open;
}

async function textOf(url: string): Promise<string> {
  const response = await fetch(url);
  if (response.status !== 200) throw new Error(`${url} answered ${response.status}.`);
  return response.text();
}

/** A page once it holds a text. */
const pageWith = (url: string, text: string) =>
  waitUntil(`${url} shows \`${text}\``, async () => {
    const page = await textOf(url);
    return page.includes(text) ? page : null;
  });

describe('the first page', () => {
  test('shows every run with its state and documents, and every worker', async () => {
    await using files = await createFastFiles();
    await aHalfRun(files.directory);
    const done = await aRun(files.directory, [['x']], name('done'));
    await commitRound(done);
    await finalizeRun(done);
    await writeHeartbeat(files.directory, aHeartbeat('worker-1', { shard: 'half/1-2', documents: 3 }));
    await using server = await serve(files.directory);
    const page = await pageWith(server.url, '3 / 4');
    expect(page).toContain('2 runs, 1 open; 1 worker alive.');
    expect(page).toContain('href="/runs/half"');
    expect(page).toContain('1 / 1');
    expect(page).toMatch(/<td>worker-1<\/td>\s*<td>half\/1-2<\/td>/);
    expect(page).toContain('sees runs and workers, but no queue');
  });

  test('of nothing says so', async () => {
    await using files = await createFastFiles();
    await using server = await serve(files.directory);
    expect(await textOf(server.url)).toContain('There are no runs here yet.');
  });

  test('outlives a run that is removed and an output directory that goes away', async () => {
    await using files = await createFastFiles();
    const open = await aHalfRun(files.directory);
    await using server = await serve(files.directory);
    await pageWith(server.url, '3 / 4');
    await rm(open.paths.directory, { recursive: true });
    await pageWith(server.url, 'The run cannot be read.');
    await rm(files.directory, { recursive: true });
    expect((await fetch(server.url)).status).toBe(200);
    await mkdir(files.directory);
  });
});

describe('the page of a run', () => {
  test('shows outcomes by code, failed documents by id and code, and the rate', async () => {
    await using files = await createFastFiles();
    await aHalfRun(files.directory);
    await using server = await serve(files.directory);
    const page = await pageWith(`${server.url}/runs/half`, '2 done');
    expect(page).toMatch(/<td>failed<\/td>\s*<td>BINARY<\/td>\s*<td class="number">1<\/td>/);
    expect(page).toMatch(/<td>b<\/td>\s*<td>BINARY<\/td>/);
    expect(page).toMatch(/<rect/);
    expect(page).toContain('0 running, 1 waiting');
  });

  test('of a complete run is counted when somebody looks at it', async () => {
    await using files = await createFastFiles();
    const done = await aRun(files.directory, [['x'], ['y']], name('done'));
    await commitRound(done, 1, (id) => (id === 'y' ? failedLine(id) : okLine(id)));
    await finalizeRun(done);
    await using server = await serve(files.directory);
    expect(await pageWith(`${server.url}/runs/done`, '<td>y</td>')).toContain('2 of 2 documents');
  });

  test('that is not there is not found', async () => {
    await using files = await createFastFiles();
    await using server = await serve(files.directory);
    expect((await fetch(`${server.url}/runs/none`)).status).toBe(404);
  });

  test('sends what changed when a part comes, and nothing else', async () => {
    await using files = await createFastFiles();
    const open = await aHalfRun(files.directory);
    await using server = await serve(files.directory);
    await pageWith(`${server.url}/runs/half`, '2 done');
    const leaving = new AbortController();
    const response = await fetch(`${server.url}/runs/half/events`, { signal: leaving.signal });
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    const events: Record<string, string>[] = [];
    const reading = readEvents(response, events);
    await waitUntil('the first event comes', () => events.length > 0);
    expect(Object.keys(events[0] ?? {})).toEqual(['lead', 'rate', 'outcomes', 'failures', 'workers']);
    await commitRound(open, 1, okLine, (shard) => shard === 2);
    await waitUntil('the last document is told', () => events.at(-1)?.['lead']?.includes('4 of 4 documents'));
    expect(events.slice(1).flatMap((event) => Object.keys(event))).not.toContain('failures');
    leaving.abort();
    await expect(reading).rejects.toThrow('aborted');
  });
});

test('who asks for the headers of a stream alone takes no place from who reads one', async () => {
  await using files = await createFastFiles();
  await using server = await serve(files.directory);
  const asked = Array.from({ length: 70 }, () => fetch(`${server.url}/events`, { method: 'HEAD' }));
  for (const response of await Promise.all(asked)) expect(response.status).toBe(200);
  const leaving = new AbortController();
  expect((await fetch(`${server.url}/events`, { signal: leaving.signal })).status).toBe(200);
  leaving.abort();
});

test('names are text on every page, whatever they hold [S2]', async () => {
  await using files = await createFastFiles();
  const open = await aRun(files.directory, [ATTACKS], name('attacked'));
  await commitRound(open, 1, (id) => failedLine(id));
  const troubles = { attacked: ATTACKS.join(' ') };
  const attack = { shard: ATTACKS.join(' '), model: 'stub:', troubles, refused: troubles };
  await writeHeartbeat(files.directory, aHeartbeat('worker', attack));
  await using server = await serve(files.directory);
  const page = await pageWith(`${server.url}/runs/attacked`, 'lt;script');
  for (const one of [page, await textOf(server.url)]) {
    expect(one.match(/<script\b[^>]*>/g)).toEqual(['<script src="/assets/dashboard.js" defer>']);
    expect(one).not.toMatch(/<(img|svg\/)/);
    expect(one).not.toMatch(/<[^>]* on\w+=/);
  }
});

test('no text, no answer and no message of a document is on any page [S9]', async () => {
  await using files = await createFastFiles();
  const open = await aRun(files.directory, [['ok', 'failed']], name('secret'));
  await commitRound(open, 1, (id) =>
    id === 'ok'
      ? { ...okLine(id, SECRET), spans: { '/category': { start: 0, end: 9, text: SECRET } }, keep: { iban: SECRET } }
      : { id, status: 'failed', error: { code: 'CHANGED', message: SECRET }, keep: { iban: SECRET } },
  );
  await finalizeRun(open);
  await using server = await serve(files.directory);
  const page = await pageWith(`${server.url}/runs/secret`, '<td>failed</td>');
  for (const one of [page, await textOf(server.url), await textOf(`${server.url}/metrics`)]) {
    expect(one).not.toContain(SECRET);
  }
});

test('the metrics of the dashboard are those of its workers, and where its runs stand', async () => {
  await using files = await createFastFiles();
  await aHalfRun(files.directory);
  const old = await aRun(files.directory, [['x']], name('old'));
  await commitRound(old);
  await finalizeRun(old);
  for (const worker of ['a', 'b']) await writeHeartbeat(files.directory, aHeartbeat(worker, { rssBytes: 500 }));
  await using server = await serve(files.directory);
  await pageWith(server.url, '3 / 4');
  const { value, samples } = parseMetrics(await textOf(`${server.url}/metrics`));
  expect(value('docmill_worker_resident_memory_bytes', { worker: 'b' })).toBe(500);
  expect(value('docmill_worker_heartbeat_age_seconds', { worker: 'a' })).toBeLessThan(20);
  expect(value('docmill_run_state', { run: 'half', state: 'open' })).toBe(1);
  expect(value('docmill_run_state', { run: 'old', state: 'complete' })).toBe(1);
  expect(value('docmill_run_documents_planned', { run: 'half' })).toBe(4);
  expect(value('docmill_run_documents', { run: 'half', status: 'failed', code: 'BINARY' })).toBe(1);
  expect(samples.filter(({ name }) => name === 'docmill_queue_up')).toEqual([]);
});

test('a worker that went silent keeps its age in the metrics for ten minutes, and nothing else', async () => {
  await using files = await createFastFiles();
  for (const [worker, seconds] of [
    ['alive', 0],
    ['silent', 90],
    ['long-silent', 700],
  ] as const) {
    await writeHeartbeat(files.directory, aHeartbeat(worker));
    await setHeartbeatAge(files.directory, worker, seconds);
  }
  await using server = await serve(files.directory);
  const { samples, value } = parseMetrics(await textOf(`${server.url}/metrics`));
  const having = (metric: string) => samples.filter((one) => one.name === metric).map(({ labels }) => labels['worker']);
  expect(having('docmill_worker_heartbeat_age_seconds')).toEqual(['alive', 'silent']);
  expect(value('docmill_worker_heartbeat_age_seconds', { worker: 'silent' })).toBeGreaterThanOrEqual(90);
  expect(having('docmill_worker_start_time_seconds')).toEqual(['alive']);
});

/** Collects the sections of a stream of events until it ends. */
async function readEvents(response: Response, events: Record<string, string>[]): Promise<void> {
  const decoder = new TextDecoder();
  let text = '';
  const body: AsyncIterable<unknown> = response.body ?? new ReadableStream();
  for await (const chunk of body) {
    if (chunk instanceof Uint8Array) text += decoder.decode(chunk, { stream: true });
    const messages = text.split('\n\n');
    text = messages.pop() ?? '';
    for (const message of messages) {
      events.push(sectionsSchema.parse(JSON.parse(/^data: (.*)$/m.exec(message)?.[1] ?? '{}')));
    }
  }
}
