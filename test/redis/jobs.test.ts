import { readFile, writeFile } from 'node:fs/promises';
import { expect } from 'vitest';
import { runSchema } from '../../schemas/run.ts';
import { SHARD_SIZED_BYTES, writeDocuments } from '../support/documents.ts';
import { parseLines } from '../support/parse-lines.ts';
import { test } from '../support/place-test.ts';
import { addForeignJob, countJobs } from '../support/queue.ts';
import { waitUntil } from '../support/wait-until.ts';
import { type Workplace, calmResults, ledgerOf } from '../support/workplace.ts';

const DOCUMENTS = ['--input', 'docs', '--task', 'ticket', '--model', 'stub:'];
const ENQUEUE = ['enqueue', ...DOCUMENTS, '--run', 'demo'];

async function readRun(place: Workplace, out = 'out') {
  return runSchema.parse(JSON.parse(await readFile(place.path(out, 'demo', 'run.json'), 'utf8')));
}

test.concurrent('a job with data that is no job goes to the failed set and blocks nothing [S7]', async ({ place }) => {
  await writeDocuments(place.path('docs'), 3, SHARD_SIZED_BYTES);
  const before = await countJobs(place);
  await addForeignJob(place, { v: 1, runId: 'not a run id', round: 1, shard: 0 });
  await addForeignJob(place, 'no object');
  await addForeignJob(place, { v: 1, text: 'a document does not belong here' });
  await using worker = await place.worker();
  expect((await place.docmill([...ENQUEUE, '--wait'])).code).toBe(0);
  await waitUntil('the three jobs failed', async () => (await countJobs(place)).failed === before.failed + 3);
  expect(worker.stderr()).not.toContain('does not belong here');
});

test.concurrent('a job that squats on the id of a shard cannot keep the shard from being done [S7]', async ({
  place,
}) => {
  await writeDocuments(place.path('docs'), 3, SHARD_SIZED_BYTES);
  // Cancelled at once, so that the run is there and its jobs are not.
  expect((await place.docmill([...ENQUEUE, '--deadline', '0s', '--wait'])).code).toBe(4);
  const { runId } = await readRun(place);
  await using _first = await place.worker();
  await waitUntil('the queue is empty', async () => (await countJobs(place)).waiting === 0);
  await addForeignJob(place, { nonsense: true }, `${runId}-1-1`);
  await waitUntil('it failed', async () => (await countJobs(place)).failed > 0);
  expect((await place.docmill(['resume', 'demo'])).code).toBe(0);
  await ledgerOf(place, 'demo').untilComplete();
  expect(await ledgerOf(place, 'demo').parts()).toHaveLength(3);
});

test.concurrent('a job of a run that a worker does not know is put back, and the worker that knows it does it', async ({
  place,
}) => {
  await writeDocuments(place.path('docs'), 1);
  await using stranger = await place.worker(0, ['--out', 'elsewhere']);
  expect((await place.docmill(ENQUEUE)).code).toBe(0);
  await stranger.untilSaid('job of unknown run put back');
  expect(await countJobs(place)).toMatchObject({ delayed: 1, failed: 0 });
  stranger.kill('SIGTERM');
  expect((await stranger.finished).code).toBe(0);
  await using _owner = await place.worker();
  await ledgerOf(place, 'demo').untilComplete();
});

test.concurrent('a job of a newer docmill is put back, and the worker says so [O5]', async ({ place }) => {
  await writeDocuments(place.path('docs'), 1);
  await using worker = await place.worker();
  await addForeignJob(place, { v: 2, run: 'of a form that nobody knows yet' });
  await worker.untilSaid('job of a newer docmill put back');
  expect((await place.docmill([...ENQUEUE, '--wait'])).code).toBe(0);
  expect(await countJobs(place)).toMatchObject({ delayed: 1, failed: 0 });
});

test.concurrent('a run that was planned with other engine settings is refused, and status says why [O6]', async ({
  place,
}) => {
  await writeDocuments(place.path('docs'), 2);
  expect((await place.docmill(ENQUEUE)).code).toBe(0);
  const run = await readRun(place);
  const other = { ...run, engine: { engine: 'stub', threads: 4 } };
  await writeFile(place.path('out', 'demo', 'run.json'), JSON.stringify(other));
  await using worker = await place.worker();
  await worker.untilSaid('run refused');
  await waitUntil('status shows the refusal', async () => {
    const { stdout } = await place.docmill(['status', 'demo']);
    return /refused {4}The run `demo` was planned with the engine settings `\{"engine":"stub","threads":4\}`/.test(
      stdout,
    );
  });
  expect(await countJobs(place)).toMatchObject({ failed: 0, delayed: 1 });
  expect(await ledgerOf(place, 'demo').parts()).toEqual([]);
});

test.concurrent('two runs at once under one directory do not touch each other [O9]', async ({ place }) => {
  await writeDocuments(place.path('docs'), 6, SHARD_SIZED_BYTES);
  const calm = await calmResults(place, DOCUMENTS);
  await using _one = await place.worker(10);
  await using _other = await place.worker(10);
  const second = ['enqueue', '--input', 'docs', '--schema', 'late bool', '--model', 'stub:', '--run', 'second'];
  const codes = await Promise.all([place.docmill(ENQUEUE), place.docmill(second)]);
  expect(codes.map(({ code }) => code)).toEqual([0, 0]);
  await ledgerOf(place, 'demo').untilComplete();
  await ledgerOf(place, 'second').untilComplete();
  expect(await ledgerOf(place, 'demo').results()).toBe(calm);
  const answers = parseLines(await ledgerOf(place, 'second').results());
  expect(answers).toHaveLength(6);
  for (const line of answers) expect(line.status === 'ok' && typeof line.answer['late']).toBe('boolean');
});
