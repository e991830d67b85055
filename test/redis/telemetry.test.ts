import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { expect } from 'vitest';
import { z } from 'zod';
import { SHARD_SIZED_BYTES, writeDocuments } from '../support/documents.ts';
import { test } from '../support/place-test.ts';
import { addForeignJob, countJobs } from '../support/queue.ts';
import { waitUntil } from '../support/wait-until.ts';
import { ledgerOf } from '../support/workplace.ts';

const ENQUEUE = ['enqueue', '--input', 'docs', '--task', 'ticket', '--model', 'stub:', '--run', 'demo'];
const LOADED = { NODE_OPTIONS: `--import=${pathToFileURL('test/support/write-spans.ts').href}` };
const spanSchema = z.object({
  pid: z.int(),
  name: z.string(),
  traceId: z.string(),
  attributes: z.record(z.string(), z.unknown()),
});

async function readSpans(path: string) {
  const lines = (await readFile(path, 'utf8')).trimEnd().split('\n');
  return lines.map((line) => spanSchema.parse(JSON.parse(line)));
}

test.concurrent('a trace leads from enqueue to the worker that does the shard, and holds no document', async ({
  place,
}) => {
  await writeDocuments(place.path('docs'), 3, SHARD_SIZED_BYTES);
  const path = place.path('spans.jsonl');
  const traced = { ...LOADED, OTEL_TRACES_EXPORTER: 'otlp', DOCMILL_TEST_SPANS: path };
  // A worker that was there before would add jobs as well, in traces of its own.
  expect((await place.docmill(ENQUEUE, traced)).code).toBe(0);
  await using worker = await place.worker(0, [], traced);
  await ledgerOf(place, 'demo').untilComplete();
  const spans = await waitUntil('a span of each shard is there', async () => {
    const all = await readSpans(path);
    const own = all.filter(({ pid, name }) => pid === worker.pid && name.startsWith('process '));
    return own.length >= 3 ? all : null;
  });
  const added = new Set(spans.filter(({ pid }) => pid !== worker.pid).map(({ traceId }) => traceId));
  const processed = spans.filter(({ pid, name }) => pid === worker.pid && name.startsWith('process '));
  expect(processed.every(({ traceId }) => added.has(traceId))).toBe(true);
  expect(JSON.stringify(spans)).not.toContain('00001.txt');
});

test.concurrent('a job with a forged trace stops no worker [S7]', async ({ place }) => {
  await writeDocuments(place.path('docs'), 1);
  const traced = { ...LOADED, OTEL_TRACES_EXPORTER: 'otlp', DOCMILL_TEST_SPANS: place.path('spans.jsonl') };
  await using _worker = await place.worker(0, [], traced);
  const failed = (await countJobs(place)).failed;
  await addForeignJob(place, { forged: true }, undefined, { telemetry: { metadata: 'no json' } });
  await waitUntil('it failed', async () => (await countJobs(place)).failed > failed);
  expect((await place.docmill([...ENQUEUE, '--wait'], traced)).code).toBe(0);
});

test.concurrent('without the variables of OpenTelemetry nothing is traced, whatever is loaded', async ({ place }) => {
  await writeDocuments(place.path('docs'), 1);
  const path = place.path('spans.jsonl');
  await using _worker = await place.worker(0, [], { ...LOADED, DOCMILL_TEST_SPANS: path });
  expect((await place.docmill([...ENQUEUE, '--wait'], { ...LOADED, DOCMILL_TEST_SPANS: path })).code).toBe(0);
  expect(existsSync(path)).toBe(false);
});
