import { readFile, rm, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import invoice from '../../../schemas/tasks/invoice.ts';
import { runNameSchema } from '../../../schemas/ids.ts';
import { openInputs } from '../../../src/documents/find-documents.ts';
import { finalizeRun } from '../../../src/ledger/finalize-run.ts';
import { findMissing } from '../../../src/ledger/find-missing.ts';
import type { OpenRun } from '../../../src/ledger/open-run.ts';
import { openPlan } from '../../../src/ledger/plan-file.ts';
import { readState } from '../../../src/ledger/run-state.ts';
import { verifyRun } from '../../../src/ledger/verify-run.ts';
import { openEarlierLines } from '../../../src/producer/earlier-lines.ts';
import { retryRun } from '../../../src/producer/retry-run.ts';
import { surveyDocuments } from '../../../src/producer/survey-documents.ts';
import { createFastFiles } from '../../support/fast-files.ts';
import { planFiles } from '../../support/plan-files.ts';
import { attemptShard } from '../../support/work-files.ts';

type Options = Parameters<typeof planFiles>[1];

async function complete(open: OpenRun): Promise<string> {
  const { round: last } = await readState(open.paths);
  for (const { round, shard } of await findMissing(open.paths, last)) await attemptShard(open, { round, shard });
  expect((await finalizeRun(open)).status).toBe('complete');
  expect((await verifyRun(open)).status).toBe('complete');
  return readFile(open.paths.results, 'utf8');
}

/** A complete run over what is in the directory. */
async function aRunOf(directory: string, name: string, options: Options = {}): Promise<OpenRun> {
  const { open } = await planFiles(directory, { ...options, name: runNameSchema.parse(name) });
  await complete(open);
  return open;
}

/** The ids that a run has to answer itself. */
async function newIds({ paths }: OpenRun): Promise<string[]> {
  await using plan = await openPlan(paths, 1);
  const ids = [];
  for await (const { documents } of plan.lines()) {
    for (const { id, carried } of documents) if (carried === undefined) ids.push(id);
  }
  return ids;
}

const before = {
  'docs/a.txt': 'My invoice is wrong.',
  'docs/b.txt': 'Where is my parcel?',
  'docs/c.txt': '',
  'docs/d.bin': Buffer.from([0, 1, 2, 3, 0, 255]),
  'docs/e.txt': 'Soon gone.',
  'docs/r.jsonl': '{"id":"x","text":"One","team":1}\n{"id":"y","text":"Two","team":2}\n{"text":"Three"}\n',
};

async function change(files: Awaited<ReturnType<typeof createFastFiles>>): Promise<void> {
  await files.write('docs/b.txt', 'Where is my second parcel?');
  await files.write('docs/aa.txt', 'A new one.');
  await unlink(join(files.directory, 'docs/e.txt'));
  await files.write(
    'docs/r.jsonl',
    '{"id":"z","text":"Zero"}\n{"id":"x","text":"One","team":1}\n{"id":"y","text":"Two!","team":2}\n',
  );
}

describe('a run since another one', () => {
  test('answers what is new, changed or had failed, and gives the bytes of a run over everything', async () => {
    await using files = await createFastFiles(before);
    const keep = ['team'];
    const since = await aRunOf(files.directory, 'before', { keep });
    await change(files);
    const all = await planFiles(files.directory, { keep });
    const { open } = await planFiles(files.directory, { keep, since });
    expect(await newIds(open)).toEqual(['aa.txt', 'b.txt', 'd.bin', 'z', 'y']);
    expect(open.run).toMatchObject({ documents: 8, carried: 3 });
    expect(open.run.name).not.toBe(all.open.run.name);
    expect(await complete(open)).toBe(await complete(all.open));
  });

  test('of the same documents answers nothing, needs the earlier run no more, and can be the earlier run of a next one', async () => {
    await using files = await createFastFiles({ 'docs/a.txt': 'One', 'docs/b.txt': 'Two' });
    const first = await aRunOf(files.directory, 'first');
    const wanted = await readFile(first.paths.results, 'utf8');
    const { open: second, created } = await planFiles(files.directory, { since: first });
    expect([created, await newIds(second)]).toEqual([true, []]);
    expect((await planFiles(files.directory, { since: first })).created).toBe(false);
    await rm(first.paths.directory, { recursive: true });
    for (const name of ['a.txt', 'b.txt']) await unlink(join(files.directory, 'docs', name));
    expect(await complete(second)).toBe(wanted);
    await files.write('docs/a.txt', 'One');
    const { open: third } = await planFiles(files.directory, { since: second });
    expect(await newIds(third)).toEqual([]);
    expect(await complete(third)).toBe(`${wanted.split('\n')[0]}\n`);
  });

  test('takes the lines of later rounds', async () => {
    await using files = await createFastFiles({ 'docs/a.txt': 'One', 'docs/b.txt': 'Two' });
    const { open: since } = await planFiles(files.directory);
    await files.write('docs/b.txt', 'Two, changed');
    await complete(since);
    expect(await retryRun(since, { all: false, roots: since.run.roots })).toMatchObject({ status: 'opened' });
    const wanted = await complete(since);
    const { open } = await planFiles(files.directory, { since });
    expect(await newIds(open)).toEqual([]);
    expect(await complete(open)).toBe(wanted);
  });

  test('goes together with answering each content once', async () => {
    await using files = await createFastFiles({ 'docs/a.txt': 'One', 'docs/b.txt': 'Two', 'docs/c.txt': 'One' });
    const since = await aRunOf(files.directory, 'before', { dedupe: true });
    await files.write('docs/d.txt', 'Two');
    await files.write('docs/e.txt', 'Three');
    const { open } = await planFiles(files.directory, { dedupe: true, since });
    expect(await newIds(open)).toEqual(['e.txt']);
    expect(open.run).toMatchObject({ documents: 3, aliases: 2, carried: 2 });
    const { open: plain } = await planFiles(files.directory, { since });
    expect(await newIds(plain)).toEqual(['d.txt', 'e.txt']);
    const sorted = (text: string) => text.split('\n').toSorted();
    expect(sorted(await complete(open))).toEqual(sorted(await complete(plain)));
  });

  test('holds at most 128 carried lines in a shard', async () => {
    const records = Array.from({ length: 300 }, (_, number) => `{"text":"text ${number}"}\n`);
    await using files = await createFastFiles({ 'docs/r.jsonl': records.join('') });
    const since = await aRunOf(files.directory, 'before');
    const { open } = await planFiles(files.directory, { since });
    await using plan = await openPlan(open.paths, 1);
    const sizes = [];
    for await (const { documents } of plan.lines()) sizes.push(documents.length);
    expect(sizes).toEqual([128, 128, 44]);
    expect(await complete(open)).toBe(await readFile(since.paths.results, 'utf8'));
  });

  test('is refused where the earlier run asked something else', async () => {
    await using files = await createFastFiles({ 'docs/a.txt': 'One' });
    const since = await aRunOf(files.directory, 'before');
    const planned = planFiles(files.directory, { since, task: invoice, keep: ['x'] });
    await expect(planned).rejects.toMatchObject({
      code: 'USAGE',
      details: { differences: ['the task', 'the kept members'] },
    });
  });

  test('is refused while the earlier run is not complete', async () => {
    await using files = await createFastFiles({ 'docs/a.txt': 'One' });
    const { open: since } = await planFiles(files.directory);
    await expect(planFiles(files.directory, { since })).rejects.toMatchObject({ code: 'INCOMPLETE' });
  });

  test('does not go on with carried lines that somebody changed', async () => {
    await using files = await createFastFiles({ 'docs/a.txt': 'One' });
    const since = await aRunOf(files.directory, 'before');
    const { open } = await planFiles(files.directory, { since });
    const text = await readFile(open.paths.carried, 'utf8');
    await writeFile(open.paths.carried, text.replace(/0\.\d/, '0.0'));
    await expect(attemptShard(open)).rejects.toMatchObject({ code: 'CORRUPT' });
  });

  test('is surveyed with what it carries over counted apart', async () => {
    await using files = await createFastFiles({ 'docs/a.txt': 'One', 'docs/b.txt': 'Two' });
    const since = await aRunOf(files.directory, 'before');
    await files.write('docs/b.txt', 'Two, changed');
    await using earlier = await openEarlierLines(since, since.run);
    await using inputs = await openInputs([join(files.directory, 'docs')], { storeDirectory: null });
    const survey = await surveyDocuments(inputs, { dedupe: false, earlier }, new AbortController().signal);
    expect(survey).toMatchObject({ documents: 2, carried: 1, bytes: 15 });
    expect(survey.sample.map(({ id }) => id)).toEqual(['b.txt']);
  });
});
