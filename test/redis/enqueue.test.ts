import { readdir, writeFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import { SHARD_SIZED_BYTES, writeDocuments } from '../support/documents.ts';
import { test } from '../support/place-test.ts';
import { countJobs } from '../support/queue.ts';
import { waitUntil } from '../support/wait-until.ts';
import { ledgerOf } from '../support/workplace.ts';

const DOCUMENTS = ['--input', 'docs', '--task', 'ticket', '--model', 'stub:'];
const NAMED = [...DOCUMENTS, '--run', 'demo'];

test.concurrent('the same enqueue twice is one run with one set of jobs', async ({ place }) => {
  await writeDocuments(place.path('docs'), 3, SHARD_SIZED_BYTES);
  const first = await place.docmill(['enqueue', ...DOCUMENTS]);
  const second = await place.docmill(['enqueue', ...DOCUMENTS]);
  expect([first.code, second.code]).toEqual([0, 0]);
  expect(first.stdout).toMatch(/^ticket-[0-9a-f]{10}\n$/);
  expect(second.stdout).toBe(first.stdout);
  expect(second.stderr).toContain('is there already');
  expect(await countJobs(place)).toMatchObject({ waiting: 3, failed: 0 });
  expect((await readdir(place.path('out'))).filter((name) => !name.startsWith('.'))).toHaveLength(1);
});

test.concurrent('two enqueues at the same moment make one run and no job twice [O1]', async ({ place }) => {
  await writeDocuments(place.path('docs'), 5, SHARD_SIZED_BYTES);
  const both = await Promise.all([place.docmill(['enqueue', ...NAMED]), place.docmill(['enqueue', ...NAMED])]);
  expect(both.map(({ code, stdout }) => [code, stdout])).toEqual([
    [0, 'demo\n'],
    [0, 'demo\n'],
  ]);
  expect(await countJobs(place)).toMatchObject({ waiting: 5, failed: 0 });
  expect((await readdir(place.path('out'))).filter((name) => name.startsWith('.new-'))).toEqual([]);
});

test.concurrent('an enqueue that is killed at any moment and repeated makes the whole run [O2]', async ({ place }) => {
  await writeDocuments(place.path('docs'), 400);
  for (const delayMs of [500, 650, 800, 950, 1100]) {
    await using enqueue = place.start(['enqueue', ...NAMED]);
    await Promise.race([pause(delayMs), enqueue.finished]);
  }
  const { code } = await place.docmill(['enqueue', ...NAMED]);
  expect(code).toBe(0);
  await using worker = await place.worker();
  await ledgerOf(place, 'demo').untilComplete();
  expect((await ledgerOf(place, 'demo').results()).match(/\n/g)).toHaveLength(400);
  expect(worker.stderr()).not.toContain('"level":"error"');
  expect((await place.docmill(['verify', 'demo'])).code).toBe(0);
});

test.concurrent('enqueue --wait exits 0 when all is well, 3 when documents failed, 4 when a limit ended the run', async ({
  place,
}) => {
  await writeDocuments(place.path('docs'), 20);
  await using _worker = await place.worker();
  const well = await place.docmill(['enqueue', ...DOCUMENTS, '--wait', '--json']);
  expect(well.code).toBe(0);
  expect(JSON.parse(well.stdout)).toMatchObject({ status: 'complete', outcomes: { ok: 20 } });
  await writeFile(place.path('docs', 'picture.txt'), new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 3, 0, 0]));
  const failed = await place.docmill(['enqueue', ...NAMED, '--wait']);
  expect(failed.code).toBe(3);
  expect(failed.stderr).toContain('20 ok, 1 failed (BINARY 1)');
  expect(failed.stdout).toBe('out/demo/results.jsonl\n');
  const limited = await place.docmill(['enqueue', ...DOCUMENTS, '--run', 'late', '--deadline', '0s', '--wait']);
  expect(limited.code).toBe(4);
  expect(limited.stdout).toBe('');
});

test.concurrent('with --dedupe every document has its line, and each content is answered once [F18]', async ({
  place,
}) => {
  for (const copy of ['docs/one', 'docs/two']) await writeDocuments(place.path(copy), 30);
  await using _worker = await place.worker();
  const all = await place.docmill(['enqueue', ...DOCUMENTS, '--run', 'all', '--wait']);
  const once = await place.docmill(['enqueue', ...NAMED, '--dedupe', '--wait', '--json']);
  expect([all.code, once.code]).toEqual([0, 0]);
  expect(JSON.parse(once.stdout)).toMatchObject({ documents: 30, aliases: 30, outcomes: { ok: 60 } });
  const sorted = (text: string) => text.trimEnd().split('\n').toSorted();
  expect(sorted(await ledgerOf(place, 'demo').results())).toEqual(sorted(await ledgerOf(place, 'all').results()));
  expect((await place.docmill(['verify', 'demo'])).code).toBe(0);
});

test.concurrent('with --since only what is new or changed is answered, and the results are those of a whole run', async ({
  place,
}) => {
  await writeDocuments(place.path('docs'), 60);
  await using _worker = await place.worker();
  expect((await place.docmill(['enqueue', ...DOCUMENTS, '--run', 'first', '--wait'])).code).toBe(0);
  await writeFile(place.path('docs', '00007.txt'), 'Another text.');
  await writeFile(place.path('docs', 'new.txt'), 'A new text.');
  expect((await place.docmill(['enqueue', ...DOCUMENTS, '--run', 'all', '--wait'])).code).toBe(0);
  const since = await place.docmill(['enqueue', ...NAMED, '--since', 'first', '--wait']);
  expect([since.code, since.stdout]).toEqual([0, 'out/demo/results.jsonl\n']);
  expect(since.stderr).toContain('Run demo: 61 documents (59 carried over) in 1 shard.');
  expect(await ledgerOf(place, 'demo').results()).toBe(await ledgerOf(place, 'all').results());
  expect((await place.docmill(['verify', 'demo'])).code).toBe(0);
  const itself = await place.docmill(['enqueue', ...NAMED, '--since', 'demo']);
  expect([itself.code, itself.stderr]).toEqual([64, expect.stringContaining('`--since`')]);
});

test.concurrent('Ctrl-C while documents are planned ends with 4 and leaves no run', async ({ place }) => {
  await using enqueue = place.start(['enqueue', '--input', '-', '--task', 'ticket', '--model', 'stub:']);
  enqueue.child.stdin?.write('{"text":"one"}\n');
  const runs = () => readdir(place.path('out')).catch(() => []);
  await waitUntil('a draft is begun', async () => (await runs()).some((name) => name.startsWith('.new-')));
  enqueue.kill('SIGINT');
  const { code, stderr } = await enqueue.finished;
  expect([code, stderr]).toEqual([4, 'docmill: Stopped by SIGINT; the same command starts again or goes on.\n']);
  expect((await runs()).filter((name) => !name.startsWith('.workers'))).toEqual([]);
});
