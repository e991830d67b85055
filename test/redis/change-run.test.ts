import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { expect } from 'vitest';
import { SHARD_SIZED_BYTES, writeDocuments } from '../support/documents.ts';
import { parseLines } from '../support/parse-lines.ts';
import { test } from '../support/place-test.ts';
import { countJobs } from '../support/queue.ts';
import { waitUntil } from '../support/wait-until.ts';
import { calmResults, ledgerOf } from '../support/workplace.ts';

const DOCUMENTS = ['--input', 'docs', '--task', 'ticket', '--model', 'stub:'];
const ENQUEUE = ['enqueue', ...DOCUMENTS, '--run', 'demo'];
const BINARY = new Uint8Array([0, 1, 2, 3, 4, 5, 6, 7]);

test.concurrent('cancel lets no new shard start, and resume finishes with the same bytes [O3] [O4]', async ({
  place,
}) => {
  await writeDocuments(place.path('docs'), 10, SHARD_SIZED_BYTES);
  const calm = await calmResults(place, DOCUMENTS);
  await using worker = await place.worker(120);
  const demo = ledgerOf(place, 'demo');
  await using waiting = place.start([...ENQUEUE, '--wait']);
  await waiting.untilSaid('in the queue');
  await demo.untilParts(2);
  // Held, so that it cannot be done with all shards before the cancel is there.
  worker.kill('SIGSTOP');
  expect((await place.docmill(['cancel', 'demo'])).stdout).toBe('Run demo is cancelled.\n');
  worker.kill('SIGCONT');
  expect((await waiting.finished).code).toBe(4);
  await waitUntil('the queue is empty', async () => {
    const { waiting: left, active } = await countJobs(place);
    return left + active === 0;
  });
  const parts = await demo.parts();
  expect(parts.length).toBeLessThan(10);
  expect((await place.docmill(['verify', 'demo'])).code).toBe(4);
  const resumed = await place.docmill(['resume', 'demo']);
  expect(resumed.stdout).toBe('Run demo is open.\n');
  expect(resumed.stderr).toContain(`for ${10 - parts.length} missing shard`);
  await demo.untilComplete();
  expect(await demo.results()).toBe(calm);
  expect(await demo.states()).toEqual(['0001', '0001-cancelled', '0002', '0002-resumed', '0003', '0003-complete']);
});

test.concurrent('retry answers what vanished or changed in a new round, and the results show it', async ({ place }) => {
  await writeDocuments(place.path('docs'), 4);
  await writeFile(place.path('docs', 'binary.txt'), BINARY);
  expect((await place.docmill(ENQUEUE)).code).toBe(0);
  await rename(place.path('docs', '00001.txt'), place.path('away'));
  await writeFile(place.path('docs', '00002.txt'), 'Something else.');
  await using _worker = await place.worker();
  const demo = ledgerOf(place, 'demo');
  await demo.untilComplete();
  const codesOf = (text: string) => parseLines(text).map((line) => (line.status === 'ok' ? 'ok' : line.error.code));
  expect(codesOf(await demo.results())).toEqual(['ok', 'VANISHED', 'CHANGED', 'ok', 'BINARY']);
  await rename(place.path('away'), place.path('docs', '00001.txt'));
  const retried = await place.docmill(['retry', 'demo']);
  expect(retried.stdout).toBe('Round 2 of demo: 2 documents.\n');
  await demo.untilComplete(2);
  expect(codesOf(await demo.results())).toEqual(['ok', 'ok', 'ok', 'ok', 'BINARY']);
  const printed = await place.docmill(['results', 'demo']);
  expect(printed).toEqual({ code: 0, stderr: '', stdout: await demo.results() });
  expect((await place.docmill(['verify', 'demo'])).code).toBe(0);
  const nothing = await place.docmill(['retry', 'demo']);
  expect([nothing.code, nothing.stdout]).toEqual([0, expect.stringContaining('`--all` takes all')]);
});

test.concurrent('--max-failures ends a run with exit 4 and says so in its state', async ({ place }) => {
  await writeDocuments(place.path('docs'), 8, SHARD_SIZED_BYTES);
  for (const name of ['00000', '00001', '00002']) await writeFile(place.path('docs', `${name}.txt`), BINARY);
  await using _worker = await place.worker(1_000);
  const { code, stderr, stdout } = await place.docmill([...ENQUEUE, '--max-failures', '2', '--wait']);
  expect([code, stdout]).toEqual([4, '']);
  expect(stderr).toContain('Not complete: cancelled');
  const demo = ledgerOf(place, 'demo');
  expect(await demo.states()).toEqual(['0001', '0001-cancelled']);
  expect(await readFile(demo.within('state', '0001-cancelled'), 'utf8')).toContain('"reason":"max-failures"');
  expect((await demo.parts()).length).toBeLessThan(8);
});

test.concurrent('--deadline ends a run with exit 4, also when only workers are there to notice', async ({ place }) => {
  await writeDocuments(place.path('docs'), 3, SHARD_SIZED_BYTES);
  await using _worker = await place.worker(3_000);
  expect((await place.docmill([...ENQUEUE, '--deadline', '1s'])).code).toBe(0);
  const demo = ledgerOf(place, 'demo');
  await waitUntil('the run is cancelled', async () => (await demo.states()).includes('0001-cancelled'));
  expect(await readFile(demo.within('state', '0001-cancelled'), 'utf8')).toContain('"reason":"deadline"');
  const waited = await place.docmill([...ENQUEUE, '--wait']);
  expect(waited.code).toBe(4);
});

test.concurrent('a deleted part is answered again by resume, with the same bytes [D12]', async ({ place }) => {
  await writeDocuments(place.path('docs'), 3, SHARD_SIZED_BYTES);
  await using _worker = await place.worker();
  const demo = ledgerOf(place, 'demo');
  expect((await place.docmill([...ENQUEUE, '--wait'])).code).toBe(0);
  const before = await demo.results();
  await rm(demo.within('parts', '1-000001.jsonl'));
  expect((await place.docmill(['verify', 'demo'])).code).toBe(4);
  expect((await place.docmill(['resume', 'demo'])).code).toBe(0);
  await demo.untilComplete(2);
  expect(await demo.results()).toBe(before);
  expect((await place.docmill(['verify', 'demo'])).code).toBe(0);
});
