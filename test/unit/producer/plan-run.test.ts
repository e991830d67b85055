import { mkdir, readFile, readdir, rename, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runNameSchema } from '../../../schemas/ids.ts';
import invoice from '../../../schemas/tasks/invoice.ts';
import { readAliases } from '../../../src/ledger/aliases.ts';
import { openPlan } from '../../../src/ledger/plan-file.ts';
import { sha256Of } from '../../../src/sha256.ts';
import type { OpenRun } from '../../../src/ledger/open-run.ts';
import { createFastFiles } from '../../support/fast-files.ts';
import { planFiles } from '../../support/plan-files.ts';
import { streamOf } from '../documents/temporary-files.ts';

async function plannedIds({ paths }: OpenRun): Promise<string[]> {
  await using plan = await openPlan(paths, 1);
  const ids: string[] = [];
  for await (const { documents } of plan.lines()) ids.push(...documents.map(({ id }) => id));
  return ids;
}

const three = { 'docs/b.txt': 'two', 'docs/a/x.txt': 'one', 'docs/c.txt': 'three' };

describe('planning a run', () => {
  test('makes a run of all documents, in byte order, with what is needed to read them again', async () => {
    await using files = await createFastFiles(three);
    const { open, created, ignored } = await planFiles(files.directory, {
      keep: ['customer'],
      limits: { maxFailures: 3 },
      versions: { docmill: '0' },
    });
    expect(created).toBe(true);
    expect(ignored).toEqual({ symlinks: 0, specialFiles: 0, hidden: 0 });
    expect(await plannedIds(open)).toEqual(['a/x.txt', 'b.txt', 'c.txt']);
    expect(open.run.name).toMatch(/^ticket-[0-9a-f]{10}$/);
    expect(open.run).toMatchObject({
      documents: 3,
      shards: 1,
      bytes: 11,
      keep: ['customer'],
      limits: { maxFailures: 3 },
      versions: { docmill: '0' },
      roots: { docs: join(files.directory, 'docs') },
      model: { name: 'stub:' },
      engine: { engine: 'stub' },
    });
    await using plan = await openPlan(open.paths, 1);
    expect((await plan.readShard(0)).documents[1]).toEqual({
      id: 'b.txt',
      source: { root: 'docs', path: 'b.txt' },
      sha256: sha256Of('two'),
    });
  });

  test('twice gives the same run and adds nothing', async () => {
    await using files = await createFastFiles(three);
    const first = await planFiles(files.directory);
    const second = await planFiles(files.directory);
    expect(second.created).toBe(false);
    expect(second.open.run).toEqual(first.open.run);
    expect(await readdir(join(files.directory, 'out'))).toEqual([first.open.run.name]);
  });

  test('of other documents, or with another task, makes another run', async () => {
    await using files = await createFastFiles(three);
    const names = new Set<string>();
    names.add((await planFiles(files.directory)).open.run.name);
    names.add((await planFiles(files.directory, { task: invoice })).open.run.name);
    names.add((await planFiles(files.directory, { task: { ...invoice, name: 'ticket' } })).open.run.name);
    await files.write('docs/b.txt', 'two, but different');
    names.add((await planFiles(files.directory)).open.run.name);
    expect(names.size).toBe(4);
  });

  test('of other fields of the same records makes another run', async () => {
    await using files = await createFastFiles({ 'docs/r.jsonl': '{"text":"one","subject":"two","key":"k"}' });
    const plain = await planFiles(files.directory);
    const records = { textField: 'subject', idField: 'key' };
    const { open, created } = await planFiles(files.directory, { records });
    expect([created, open.run.records, await plannedIds(open)]).toEqual([true, records, ['k']]);
    expect(open.run.name).not.toBe(plain.open.run.name);
    const name = plain.open.run.name;
    await expect(planFiles(files.directory, { records: { textField: 'subject' }, name })).rejects.toMatchObject({
      details: { differences: ['the fields of records'] },
    });
  });

  test('of records that say the same in another field makes another run', async () => {
    await using files = await createFastFiles({ 'docs/r.jsonl': '{"text":"one","subject":"one"}' });
    const plain = await planFiles(files.directory);
    const other = await planFiles(files.directory, { records: { textField: 'subject' } });
    expect(other.created).toBe(true);
    expect(other.open.run.name).not.toBe(plain.open.run.name);
  });

  test('under a name that another plan has is refused with what differs', async () => {
    await using files = await createFastFiles(three);
    const name = runNameSchema.parse('nightly');
    await planFiles(files.directory, { name });
    await files.write('docs/d.txt', 'four');
    const planned = planFiles(files.directory, { name });
    await expect(planned).rejects.toMatchObject({
      code: 'RUN_NAME_TAKEN',
      details: { differences: ['the documents'] },
    });
  });

  test('by several producers at once makes one run', async () => {
    await using files = await createFastFiles(three);
    const planned = await Promise.all(Array.from({ length: 5 }, () => planFiles(files.directory)));
    expect(planned.filter(({ created }) => created)).toHaveLength(1);
    expect(new Set(planned.map(({ open }) => open.run.runId)).size).toBe(1);
    expect(await readdir(join(files.directory, 'out'))).toHaveLength(1);
  });

  test('leaves the runs out of the documents where the output is below the input', async () => {
    await using files = await createFastFiles(three);
    const out = join(files.directory, 'docs', 'out');
    const first = await planFiles(files.directory, { out });
    expect(await plannedIds(first.open)).toEqual(['a/x.txt', 'b.txt', 'c.txt']);
    expect((await planFiles(files.directory, { out })).created).toBe(false);
  });

  test('of nothing says so, and leaves no run', async () => {
    await using files = await createFastFiles({ 'docs/.hidden': 'x' });
    const planned = planFiles(files.directory);
    await expect(planned).rejects.toMatchObject({ code: 'NO_INPUT', exitCode: 66 });
    await expect(planned).rejects.toThrow('1 hidden or special files and links were left alone');
    expect(await readdir(join(files.directory, 'out'))).toEqual([]);
  });

  test('of several inputs without a document names them all, and nothing else', async () => {
    await using files = await createFastFiles();
    for (const name of ['docs', 'more']) await mkdir(join(files.directory, name));
    const inputs = ['docs', 'more'].map((name) => join(files.directory, name));
    await expect(planFiles(files.directory, { inputs })).rejects.toThrow(
      `There are no documents in \`${inputs.join('`, `')}\`.`,
    );
  });

  test('of the output directory, or of what lies in it, is refused; a directory with a longer name is another one', async () => {
    await using files = await createFastFiles({ ...three, 'out-tray/d.txt': 'four' });
    await planFiles(files.directory);
    const out = join(files.directory, 'out');
    for (const input of [out, join(out, (await readdir(out))[0] ?? '')]) {
      const planned = planFiles(files.directory, { inputs: [input] });
      await expect(planned).rejects.toMatchObject({ code: 'USAGE' });
      await expect(planned).rejects.toThrow(
        `The input \`${input}\` lies in the output directory \`${out}\`; choose another with \`--out\`.`,
      );
    }
    const { open } = await planFiles(files.directory, { inputs: [join(files.directory, 'out-tray')] });
    expect(await plannedIds(open)).toEqual(['d.txt']);
  });

  test('that is interrupted leaves no run', async () => {
    await using files = await createFastFiles(three);
    const controller = new AbortController();
    const planned = planFiles(files.directory, {
      signal: controller.signal,
      onPlanned: () => controller.abort(new Error('stopped')),
    });
    await expect(planned).rejects.toThrow('stopped');
    expect(await readdir(join(files.directory, 'out'))).toEqual([]);
  });

  test('clears away what a killed producer left a day ago', async () => {
    await using files = await createFastFiles(three);
    const draft = join(files.directory, 'out', '.new-killed');
    await mkdir(draft, { recursive: true });
    const dayAgo = Date.now() / 1000 - 25 * 3600;
    await utimes(draft, dayAgo, dayAgo);
    await planFiles(files.directory);
    expect(await readdir(join(files.directory, 'out'))).toHaveLength(1);
  });

  test('keeps what comes from stdin in the run, and plans its records', async () => {
    await using files = await createFastFiles(three);
    const lines = '{"id":"one","text":"a"}\n{"text":"b"}\n';
    const { open } = await planFiles(files.directory, { inputs: ['-'], stdin: streamOf(lines) });
    expect(await plannedIds(open)).toEqual(['one', 'stdin#2']);
    expect(open.run.roots).toEqual({});
    const [stored = ''] = await readdir(open.paths.input);
    expect(await readFile(join(open.paths.input, stored), 'utf8')).toBe(lines);
  });

  test('counts the documents for whoever watches, and takes the selected ones only', async () => {
    await using files = await createFastFiles(three);
    const counts: number[] = [];
    const { open } = await planFiles(files.directory, {
      selection: { limit: 2 },
      onPlanned: (documents) => counts.push(documents),
    });
    expect(await plannedIds(open)).toEqual(['a/x.txt', 'b.txt']);
    expect(counts).toEqual([1, 2]);
  });
});

describe('ids that stand for more than one document', () => {
  test.for([
    { what: 'twice in one file', records: ['{"id":"x","text":"1"}', '{"id":"x","text":"2"}'], id: 'x' },
    { what: 'as the path of a file', records: ['{"id":"a/x.txt","text":"1"}'], id: 'a/x.txt' },
    {
      what: 'as the number of another record',
      records: ['{"id":"records.jsonl#3","text":"1"}', '{"text":"2"}', '{"text":"3"}'],
      id: 'records.jsonl#3',
    },
    { what: 'as a number and as text', records: ['{"id":7,"text":"1"}', '{"id":"7","text":"2"}'], id: '7' },
  ])('are refused when they stand $what', async ({ records, id }) => {
    await using files = await createFastFiles({ ...three, 'docs/records.jsonl': records.join('\n') });
    const planned = planFiles(files.directory);
    await expect(planned).rejects.toMatchObject({ code: 'DUPLICATE_IDS', exitCode: 64, details: { duplicates: 1 } });
    await expect(planned).rejects.toThrow(`\`${id}\``);
    expect(await readdir(join(files.directory, 'out'))).toEqual([]);
  });

  test('are shown ten at a time', async () => {
    const records = Array.from({ length: 24 }, (_, index) => `{"id":"id-${index % 12}","text":"x"}`);
    await using files = await createFastFiles({ 'docs/records.jsonl': records.join('\n') });
    await expect(planFiles(files.directory)).rejects.toThrow(/`id-0`.*`id-9` and 2 more;/);
  });

  test('are all shown where they are no more than ten', async () => {
    const records = Array.from({ length: 10 }, (_, index) => `{"id":"id-${index % 5}","text":"x"}`);
    await using files = await createFastFiles({ 'docs/records.jsonl': `${records.join('\n')}\n{"id":"z","text":"y"}` });
    const all = ['id-0', 'id-1', 'id-2', 'id-3', 'id-4'].map((id) => `\`${id}\``).join(', ');
    await expect(planFiles(files.directory)).rejects.toThrow(
      `These ids stand for more than one document: ${all}; give each record its own id.`,
    );
  });

  test('are no matter among documents that were not selected', async () => {
    const records = ['{"id":"x","text":"1"}', '{"id":"y","text":"2"}', '{"id":"x","text":"3"}'];
    await using files = await createFastFiles({ 'docs/records.jsonl': records.join('\n') });
    const { open } = await planFiles(files.directory, { selection: { limit: 2 } });
    expect(await plannedIds(open)).toEqual(['x', 'y']);
  });
});

async function aliasesOf({ paths }: OpenRun): Promise<string[][]> {
  const aliases = [];
  for await (const { id, of, shard, index } of readAliases(paths)) aliases.push([id, of, `${shard}/${index}`]);
  return aliases;
}

describe('planning with documents of the same content once', () => {
  const copies = {
    'docs/a.txt': 'one',
    'docs/b.txt': 'two',
    'docs/c.txt': 'one',
    'docs/d.txt': 'two',
    'docs/e.txt': 'one',
  };

  test('plans the first of each and puts the others beside it, in plan order', async () => {
    await using files = await createFastFiles(copies);
    const { open } = await planFiles(files.directory, { dedupe: true });
    expect(await plannedIds(open)).toEqual(['a.txt', 'b.txt']);
    expect(open.run).toMatchObject({ documents: 2, aliases: 3, bytes: 6 });
    expect(await aliasesOf(open)).toEqual([
      ['c.txt', 'a.txt', '0/0'],
      ['e.txt', 'a.txt', '0/0'],
      ['d.txt', 'b.txt', '0/1'],
    ]);
    expect(await readdir(open.paths.temporary)).toEqual([open.run.runId]);
    expect((await planFiles(files.directory, { dedupe: true })).created).toBe(false);
  });

  test('finds the places of documents in any shard', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 130 }, (_, number) => [`docs/${1000 + number}.txt`, `text ${number % 65}`]),
    );
    await using place = await createFastFiles(files);
    const { open } = await planFiles(place.directory, { dedupe: true });
    expect(open.run).toMatchObject({ documents: 65, aliases: 65, shards: 2 });
    await using plan = await openPlan(open.paths, 1);
    for await (const { id, of, shard, index } of readAliases(open.paths)) {
      expect(Number.parseInt(id, 10) - Number.parseInt(of, 10)).toBe(65);
      expect((await plan.readShard(shard)).documents[index]?.id).toBe(of);
    }
  });

  test('makes no aliases of files whose documents cannot be found, and says why in the plan', async () => {
    await using files = await createFastFiles({ ...three, 'docs/d.jsonl.gz': 'no gzip', 'docs/e.jsonl.gz': 'no gzip' });
    const { open } = await planFiles(files.directory, { dedupe: true });
    expect(open.run).toMatchObject({ documents: 5, aliases: 0 });
    await using plan = await openPlan(open.paths, 1);
    const { documents } = await plan.readShard(0);
    expect(documents.map(({ refused }) => refused)).toEqual([
      undefined,
      undefined,
      undefined,
      'MALFORMED',
      'MALFORMED',
    ]);
  });

  test('makes no aliases where nothing stands twice', async () => {
    await using files = await createFastFiles(three);
    const { open } = await planFiles(files.directory, { dedupe: true });
    expect(open.run).toMatchObject({ documents: 3, aliases: 0 });
    expect(open.run).toEqual((await planFiles(files.directory)).open.run);
  });

  test('is another run where other files are the copies', async () => {
    await using files = await createFastFiles(copies);
    const name = runNameSchema.parse('nightly');
    await planFiles(files.directory, { dedupe: true, name });
    await rename(join(files.directory, 'docs/e.txt'), join(files.directory, 'docs/f.txt'));
    await expect(planFiles(files.directory, { dedupe: true, name })).rejects.toMatchObject({
      code: 'RUN_NAME_TAKEN',
      details: { differences: ['the aliases'] },
    });
  });

  test('refuses ids of copies that stand for another document too', async () => {
    const records = ['{"id":"x","text":"1"}', '{"id":"y","text":"1"}', '{"id":"y","text":"2"}'];
    await using files = await createFastFiles({ 'docs/records.jsonl': records.join('\n') });
    await expect(planFiles(files.directory, { dedupe: true })).rejects.toThrow('`y`');
  });
});
