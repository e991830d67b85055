import fc from 'fast-check';
import { readFile, readdir, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import invoice from '../../../schemas/tasks/invoice.ts';
import { retryRun } from '../../../src/producer/retry-run.ts';
import { finalizeRun } from '../../../src/ledger/finalize-run.ts';
import { findMissing } from '../../../src/ledger/find-missing.ts';
import type { OpenRun } from '../../../src/ledger/open-run.ts';
import { openPlan } from '../../../src/ledger/plan-file.ts';
import { compileTask } from '../../../src/task/compile-task.ts';
import { createStubModel } from '../../../src/engine/stub.ts';
import { answerDocument } from '../../../src/worker/answer-document.ts';
import { createFastFiles } from '../../support/fast-files.ts';
import { planFiles } from '../../support/plan-files.ts';
import { attemptShard, readLines } from '../../support/work-files.ts';

/** One document of every kind, in order of their ids, with the outcome of each. */
const kinds = [
  { id: 'binary.bin', content: Buffer.from([0, 1, 2, 3, 0, 255, 254]), outcome: 'BINARY' },
  { id: 'changed.txt', content: 'as it was', outcome: 'CHANGED' },
  { id: 'empty.txt', content: '', outcome: 'EMPTY' },
  { id: 'large.txt', content: 'x'.repeat(8 * 1024 * 1024 + 1), outcome: 'TOO_LARGE' },
  { id: 'latin1.txt', content: Buffer.from('Gr\u00fc\u00dfe aus K\u00f6ln', 'latin1'), outcome: 'ok' },
  { id: 'long.txt', content: 'A sentence about an order. '.repeat(600), outcome: 'ok' },
  { id: 'plain.txt', content: 'My invoice is wrong.', outcome: 'ok' },
  { id: 'records.jsonl', content: '{"id":"own","text":"Hello","customer":7}\nnot json\n', outcome: null },
  { id: 'vanished.txt', content: 'soon gone', outcome: 'VANISHED' },
] as const;

async function aMixedRun(files: Awaited<ReturnType<typeof createFastFiles>>): Promise<OpenRun> {
  for (const { id, content } of kinds) await files.write(`docs/${id}`, content);
  const { open } = await planFiles(files.directory, { keep: ['customer'] });
  await files.write('docs/changed.txt', 'as it is now');
  await unlink(join(files.directory, 'docs/vanished.txt'));
  return open;
}

async function attemptAll(open: OpenRun): Promise<void> {
  for (const { round, shard } of await findMissing(open.paths, 1)) await attemptShard(open, { round, shard });
}

async function allLines(open: OpenRun) {
  const lines = [];
  for (let shard = 0; shard < open.run.shards; shard += 1) lines.push(...(await readLines(open, shard)));
  return lines;
}

describe('an attempt at a shard', () => {
  test('gives every document exactly one line, in plan order, whatever it is [F1] [F2]', async () => {
    await using files = await createFastFiles();
    const open = await aMixedRun(files);
    await attemptAll(open);
    const lines = await allLines(open);
    const outcomes = lines.map((line) => [line.id, line.status === 'ok' ? 'ok' : line.error.code]);
    expect(outcomes).toEqual(
      kinds.flatMap(({ id, outcome }): string[][] =>
        outcome === null
          ? [
              ['own', 'ok'],
              ['records.jsonl#2', 'INVALID_RECORD'],
            ]
          : [[id, outcome]],
      ),
    );
    const flags = Object.fromEntries(
      lines.flatMap((line) => (line.flags === undefined ? [] : [[line.id, line.flags]])),
    );
    expect(flags).toEqual({ 'latin1.txt': ['lossy'], 'long.txt': ['split'] });
    expect(lines.find(({ id }) => id === 'own')?.keep).toEqual({ customer: 7 });
    expect(await readdir(open.paths.temporary)).toEqual([open.run.runId]);
    expect(await readdir(open.paths.attempts(open.run.runId))).toEqual([]);
  });

  test('gives each document the answer that it has alone, also behind one of several chunks', async () => {
    await using files = await createFastFiles();
    const texts = {
      'a.txt': 'First.',
      'b.txt': 'A sentence about an order. '.repeat(200),
      'c.txt': 'Third.',
      'd.txt': 'Last.',
    };
    for (const [name, text] of Object.entries(texts)) await files.write(`docs/${name}`, text);
    const { open } = await planFiles(files.directory);
    expect(open.run.shards).toBe(1);
    await attemptAll(open);
    const options = {
      task: compileTask(open.run.task),
      model: createStubModel(0),
      signal: new AbortController().signal,
    };
    const alone = [];
    for (const id of Object.keys(texts)) {
      alone.push((await answerDocument(join(files.directory, 'docs', id), { id, ...options })).line);
    }
    expect(alone.map(({ flags }) => flags)).toEqual([undefined, ['split'], undefined, undefined]);
    expect(await allLines(open)).toEqual(alone);
  });

  test('says what became of its documents, and where its time went', async () => {
    await using files = await createFastFiles();
    const open = await aMixedRun(files);
    const startedMs = performance.now();
    const attempts = [];
    for (const { round, shard } of await findMissing(open.paths, 1)) {
      attempts.push(await attemptShard(open, { round, shard }));
    }
    const elapsed = (performance.now() - startedMs) / 1000;
    const lines = await allLines(open);
    expect(attempts.reduce((sum, { outcomes }) => sum + outcomes.ok, 0)).toBe(
      lines.filter(({ status }) => status === 'ok').length,
    );
    expect(Object.assign({}, ...attempts.map(({ outcomes }) => outcomes.failed))).toEqual({
      BINARY: 1,
      CHANGED: 1,
      INVALID_RECORD: 1,
      TOO_LARGE: 1,
      VANISHED: 1,
    });
    const seconds = attempts.flatMap((attempt) => Object.values(attempt.seconds));
    expect(seconds.every((one) => one > 0)).toBe(true);
    expect(seconds.reduce((sum, one) => sum + one, 0)).toBeLessThan(elapsed);
    expect(await attemptShard(open)).toMatchObject({ outcome: 'already-complete', documents: 0, outcomes: { ok: 0 } });
  });

  test('in two runs over the same documents gives the same bytes', async () => {
    const parts: string[] = [];
    for (let run = 0; run < 2; run += 1) {
      await using files = await createFastFiles();
      const open = await aMixedRun(files);
      await attemptAll(open);
      await finalizeRun(open);
      parts.push(await readFile(open.paths.results, 'utf8'));
    }
    expect(parts[0]).toBe(parts[1]);
  });

  test('by several workers at once commits one part, and all others find it complete [P8]', async () => {
    await using files = await createFastFiles({ 'docs/a.txt': 'one', 'docs/b.txt': 'two' });
    const { open } = await planFiles(files.directory);
    const attempts = await Promise.all(Array.from({ length: 6 }, () => attemptShard(open)));
    expect(attempts.filter(({ outcome }) => outcome === 'committed')).toHaveLength(1);
    expect(await readdir(open.paths.parts)).toEqual(['1-000000.jsonl']);
    expect(await readdir(open.paths.temporary)).toEqual([open.run.runId]);
    expect(await readdir(open.paths.attempts(open.run.runId))).toEqual([]);
    expect(await attemptShard(open)).toMatchObject({ outcome: 'already-complete', documents: 0 });
  });

  test('that is aborted throws the reason and commits nothing', async () => {
    await using files = await createFastFiles({ 'docs/a.txt': 'one' });
    const { open } = await planFiles(files.directory);
    const signal = AbortSignal.abort(new Error('lost the job'));
    await expect(attemptShard(open, { signal })).rejects.toThrow('lost the job');
    expect(await readdir(open.paths.parts)).toEqual([]);
  });

  test('without the input root throws, so that the shard is tried again, and commits nothing [O12]', async () => {
    await using files = await createFastFiles({ 'docs/a.txt': 'one' });
    const { open } = await planFiles(files.directory);
    await rename(join(files.directory, 'docs'), join(files.directory, 'unmounted'));
    await expect(attemptShard(open)).rejects.toMatchObject({ code: 'NO_INPUT' });
    expect(await readdir(open.paths.parts)).toEqual([]);
  });

  test('of a retry answers the changed document as it is now', async () => {
    await using files = await createFastFiles({ 'docs/a.txt': 'one', 'docs/b.txt': 'two' });
    const { open } = await planFiles(files.directory);
    await files.write('docs/b.txt', 'changed');
    await attemptShard(open);
    await finalizeRun(open);
    expect(await retryRun(open, { all: false, roots: open.run.roots })).toMatchObject({ round: 2, documents: 1 });
    expect(await attemptShard(open, { round: 2 })).toMatchObject({ outcome: 'committed', documents: 1 });
    expect(await readLines(open, 0, 2)).toMatchObject([{ id: 'b.txt', status: 'ok' }]);
  });
});

const textArbitrary = fc
  .array(fc.constantFrom('Nordlicht GmbH', '2026-01-02', '1.204,50 EUR', '😀', '\u2028', '\n', ' ', '"', '%', 'é'), {
    minLength: 1,
    maxLength: 40,
  })
  .map((words) => words.join(' '));

test('every copied value stands in its document where its span says', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(textArbitrary, { minLength: 1, maxLength: 4 }), async (texts) => {
      await using files = await createFastFiles();
      for (const [index, text] of texts.entries()) await files.write(`docs/${index}.txt`, Buffer.from(text));
      const { open } = await planFiles(files.directory, { task: invoice });
      await attemptShard(open);
      await using plan = await openPlan(open.paths, 1);
      const { documents } = await plan.readShard(0);
      const lines = await readLines(open);
      expect(lines.map(({ id }) => id)).toEqual(documents.map(({ id }) => id));
      for (const line of lines) {
        if (line.status !== 'ok') continue;
        const text = texts[Number.parseInt(line.id, 10)] ?? '';
        for (const [pointer, { start, end, text: verbatim }] of Object.entries(line.spans ?? {})) {
          const value = verbatim ?? valueAt(line.answer, pointer);
          expect(text.slice(start, end)).toBe(value);
        }
      }
    }),
    { numRuns: 20 },
  );
});

function valueAt(answer: unknown, pointer: string): unknown {
  return pointer
    .split('/')
    .slice(1)
    .reduce<unknown>((value, name) => Reflect.get(Object(value), name), answer);
}
