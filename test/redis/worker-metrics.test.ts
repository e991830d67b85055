import { expect } from 'vitest';
import { z } from 'zod';
import { writeDocuments } from '../support/documents.ts';
import { parseMetrics } from '../support/parse-metrics.ts';
import { test } from '../support/place-test.ts';
import { listeningSockets } from '../support/processes.ts';
import type { Program } from '../support/start-program.ts';
import { ledgerOf } from '../support/workplace.ts';

const ENQUEUE = ['enqueue', '--input', 'docs', '--task', 'ticket', '--model', 'stub:', '--run', 'demo'];
const entrySchema = z.looseObject({ url: z.string().optional() });

function urlOf(worker: Program): string {
  const entries = worker
    .stderr()
    .trim()
    .split('\n')
    .map((line) => entrySchema.parse(JSON.parse(line)));
  const url = entries.find((entry) => entry.url !== undefined)?.url;
  if (url === undefined) throw new Error('The worker does not say where it listens.');
  return url;
}

test.concurrent('a worker that listens counts what it commits, and is ready while its queue is there', async ({
  place,
}) => {
  await writeDocuments(place.path('docs'), 50);
  await using worker = await place.worker(0, ['--listen', '0']);
  const url = urlOf(worker);
  // A port alone is one of this machine alone.
  const port = Number(new URL(url).port).toString(16).toUpperCase().padStart(4, '0');
  expect(await listeningSockets(worker.pid)).toEqual([`0100007F:${port}`]);
  expect((await fetch(`${url}/readyz`)).status).toBe(200);
  expect((await place.docmill(ENQUEUE)).code).toBe(0);
  await ledgerOf(place, 'demo').untilComplete();
  const { value } = parseMetrics(await (await fetch(`${url}/metrics`)).text());
  const parts = (await ledgerOf(place, 'demo').parts()).length;
  expect(value('docmill_documents_total', { status: 'ok' })).toBe(50);
  expect(value('docmill_attempts_total', { outcome: 'committed' })).toBe(parts);
  expect(value('docmill_part_commit_seconds_count')).toBe(parts);
  expect(value('docmill_phase_seconds_total', { phase: 'answer' })).toBeGreaterThan(0);
  expect(value('docmill_queue_up')).toBe(1);
  worker.kill('SIGTERM');
  expect((await worker.finished).code).toBe(0);
});

test.concurrent('a worker listens nowhere without the flag', async ({ place }) => {
  await using worker = await place.worker();
  expect(await listeningSockets(worker.pid)).toEqual([]);
});

test.concurrent('a worker whose address is taken ends with 78 before it takes a job', async ({ place }) => {
  await using first = await place.worker(0, ['--listen', '0']);
  const { port } = new URL(urlOf(first));
  const { code, stderr } = await place.docmill(['worker', '--model', 'stub:', '--listen', port]);
  expect(code).toBe(78);
  expect(stderr).toContain('EADDRINUSE');
});
