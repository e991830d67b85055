import { chmod, copyFile, readFile, readdir, rename, truncate, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isAppError } from '../../../src/errors.ts';
import { createRound } from '../../../src/ledger/create-round.ts';
import { finalizeRun } from '../../../src/ledger/finalize-run.ts';
import { type OpenRun, openRun } from '../../../src/ledger/open-run.ts';
import { verifyRun } from '../../../src/ledger/verify-run.ts';
import { aDocument, aRun, aRunWithAliases, commitRound, failedLine, okLine, rewriteRun } from '../../support/a-run.ts';
import { createFastFiles } from '../../support/fast-files.ts';

/** A complete run of two rounds with an alias: everything that can be tampered with. */
async function aCompleteRun(out: string): Promise<OpenRun> {
  const open = await aRunWithAliases(out, [['a', 'b'], ['c'], ['d']], [{ id: 'copy of a', of: 'a' }]);
  await commitRound(open, 1, (id) => (id === 'b' || id === 'd' ? failedLine(id) : okLine(id)));
  await finalizeRun(open);
  await createRound(open, retriedShards());
  await commitRound(open, 2);
  await finalizeRun(open);
  return open;
}

async function* retriedShards() {
  for (const id of ['b', 'd']) yield [aDocument(id)];
}

async function edit(file: string, change: (bytes: Buffer) => Buffer | string): Promise<void> {
  await chmod(file, 0o644);
  await writeFile(file, change(await readFile(file)));
}

const replace = (from: string | RegExp, to: string) => (bytes: Buffer) => {
  const text = bytes.toString();
  expect(text).toMatch(from);
  return text.replace(from, to);
};

async function swap(one: string, other: string): Promise<void> {
  await rename(one, `${one}.swapped`);
  await rename(other, one);
  await rename(`${one}.swapped`, other);
}

type Tampering = { readonly what: string; readonly tamper: (open: OpenRun) => Promise<unknown> };

const tamperings: readonly Tampering[] = [
  { what: 'a part of another confidence', tamper: ({ paths }) => edit(paths.part(1, 1), replace('0.93', '0.94')) },
  {
    what: 'a part of a later round with another answer',
    tamper: ({ paths }) => edit(paths.part(2, 1), replace('"billing"', '"other"')),
  },
  {
    what: 'a part without its last line end',
    tamper: async ({ paths }) => {
      const { length } = await readFile(paths.part(1, 0));
      await truncate(paths.part(1, 0), length - 1);
    },
  },
  {
    what: 'a part with a line twice',
    tamper: ({ paths }) => edit(paths.part(1, 1), (bytes) => Buffer.concat([bytes, bytes])),
  },
  { what: 'a part without a line', tamper: ({ paths }) => edit(paths.part(1, 0), replace(/\n.*\n$/, '\n')) },
  { what: 'an empty part', tamper: ({ paths }) => edit(paths.part(1, 0), () => '') },
  {
    what: 'a part with its lines in another order',
    tamper: ({ paths }) => edit(paths.part(1, 0), replace(/(.*)\n(.*)\n/, '$2\n$1\n')),
  },
  { what: 'two parts that changed places', tamper: ({ paths }) => swap(paths.part(1, 1), paths.part(1, 2)) },
  { what: 'a part too many', tamper: ({ paths }) => copyFile(paths.part(1, 2), paths.part(1, 3)) },
  { what: 'a part too many in a later round', tamper: ({ paths }) => copyFile(paths.part(2, 1), paths.part(2, 2)) },
  { what: 'results with another answer', tamper: ({ paths }) => edit(paths.results, replace('billing', 'other')) },
  { what: 'results without a line', tamper: ({ paths }) => edit(paths.results, replace(/^.*\n/, '')) },
  {
    what: 'an alias of another name',
    tamper: ({ paths }) => edit(paths.aliases, replace('"id":"copy of a"', '"id":"copy of b"')),
  },
  { what: 'no aliases', tamper: ({ paths }) => unlink(paths.aliases) },
  { what: 'no results', tamper: ({ paths }) => unlink(paths.results) },
  {
    what: 'a manifest with another count',
    tamper: ({ paths }) => edit(paths.manifest(1), replace('"ok":2', '"ok":3')),
  },
  { what: 'a manifest that is no manifest', tamper: ({ paths }) => edit(paths.manifest(2), () => '{}') },
  {
    what: 'a manifest of another run',
    // Turned by a character: another id, whatever it is.
    tamper: ({ paths }) => edit(paths.manifest(1), replace(/"runId":"(.)([^"]*)/, '"runId":"$2$1')),
  },
  { what: 'no manifest of a round that is complete', tamper: ({ paths }) => unlink(paths.manifest(1)) },
  { what: 'a plan with another document', tamper: ({ paths }) => edit(paths.plan(1), replace('"c"', '"x"')) },
  {
    what: 'a plan of a later round with another document',
    tamper: ({ paths }) => edit(paths.plan(2), replace('"b"', '"x"')),
  },
  {
    what: 'a plan with a line too many',
    tamper: ({ paths }) => edit(paths.plan(1), (bytes) => `${bytes.toString()}\n`),
  },
  {
    what: 'an index that lost its last line',
    tamper: ({ paths }) => edit(paths.planIndex(1), replace(/[^\n]*\n$/, '')),
  },
  { what: 'no index', tamper: ({ paths }) => unlink(paths.planIndex(2)) },
  { what: 'aliases without their line', tamper: ({ paths }) => edit(paths.aliases, () => '') },
  { what: 'aliases that are none', tamper: ({ paths }) => edit(paths.aliases, replace('"of"', '"off"')) },
  { what: 'a run of more shards', tamper: (open) => rewriteRun(open, { shards: 4 }) },
  { what: 'a run of fewer documents', tamper: (open) => rewriteRun(open, { documents: 3 }) },
  {
    what: 'a state log that was edited',
    tamper: ({ paths }) => edit(join(paths.state, '0002'), replace('retried', 'finished')),
  },
];

/** Lost parts that are put in order again by working on them. */
const losses: readonly Tampering[] = [
  { what: 'a part', tamper: ({ paths }) => unlink(paths.part(1, 1)) },
  { what: 'a part of a later round', tamper: ({ paths }) => unlink(paths.part(2, 0)) },
];

/** What `verifyRun` finds; a state log that cannot be read is one problem. */
async function verify(out: string): Promise<{ status: string; problems: readonly string[] }> {
  try {
    return await verifyRun(await openRun(out, 'test'));
  } catch (error) {
    if (!isAppError(error, 'CORRUPT')) throw error;
    return { status: 'corrupt', problems: [error.message] };
  }
}

describe('verifying', () => {
  test('a complete run confirms every document, over all rounds and aliases', async () => {
    await using files = await createFastFiles();
    const open = await aCompleteRun(files.directory);
    expect(await verifyRun(open)).toEqual({
      status: 'complete',
      round: 2,
      shards: { done: 5, total: 5 },
      outcomes: { ok: 5, failed: {}, skipped: {} },
      problems: [],
    });
  });

  test('a run in work says how far it is, and that what is there is right', async () => {
    await using files = await createFastFiles();
    const open = await aRun(files.directory, [['a'], ['b'], ['c']]);
    await commitRound(open, 1, okLine, (shard) => shard === 1);
    expect(await verifyRun(open)).toMatchObject({ status: 'incomplete', shards: { done: 1, total: 3 }, problems: [] });
  });

  test('does not need what workers leave behind', async () => {
    await using files = await createFastFiles();
    const { paths } = await aCompleteRun(files.directory);
    await writeFile(join(paths.temporary, '1-000000.jsonl.0123'), 'half a part');
    await writeFile(join(paths.usage, 'w1.jsonl'), 'not json\n');
    expect(await verify(files.directory)).toMatchObject({ status: 'complete' });
  });

  test.for(tamperings)('finds $what', async ({ tamper }) => {
    await using files = await createFastFiles();
    const open = await aCompleteRun(files.directory);
    await tamper(open);
    const { status, problems } = await verify(files.directory);
    expect(status).toBe('corrupt');
    expect(problems.length).toBeGreaterThan(0);
    expect(problems.join('\n')).not.toContain('billing');
  });

  test.for(losses)('says that a complete run that lost $what is not complete', async ({ tamper }) => {
    await using files = await createFastFiles();
    await tamper(await aCompleteRun(files.directory));
    expect(await verify(files.directory)).toMatchObject({ status: 'incomplete', problems: [] });
  });

  test('finds a changed part even beside a lost one', async () => {
    await using files = await createFastFiles();
    const { paths } = await aCompleteRun(files.directory);
    await unlink(paths.part(1, 0));
    await edit(paths.part(1, 1), replace('0.93', '0.94'));
    const { status, problems } = await verify(files.directory);
    expect(status).toBe('corrupt');
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(paths.part(1, 1));
  });

  test('names a changed part and a damaged plan, however many parts are read at once', async () => {
    await using files = await createFastFiles();
    const open = await aCompleteRun(files.directory);
    await edit(open.paths.part(1, 0), replace('0.93', '0.94'));
    await edit(open.paths.plan(1), replace('"d"', '"e"'));
    const ahead = { ...open, paths: { ...open.paths, store: { ...open.paths.store, readsAtOnce: 16 } } };
    const { problems } = await verifyRun(ahead);
    expect(problems).toEqual((await verifyRun(open)).problems);
    for (const file of [open.paths.part(1, 0), open.paths.plan(1)]) expect(problems.join('\n')).toContain(file);
  });

  test('finds one flipped bit wherever it is in any part [D13]', async () => {
    await using files = await createFastFiles();
    const open = await aCompleteRun(files.directory);
    for (const name of await readdir(open.paths.parts)) {
      const file = join(open.paths.parts, name);
      await chmod(file, 0o644);
      const whole = await readFile(file);
      for (let position = 0; position < whole.length; position += 9) {
        const flipped = Buffer.from(whole);
        flipped[position] = (whole[position] ?? 0) ^ (1 << (position % 8));
        await writeFile(file, flipped);
        expect([name, position, (await verify(files.directory)).status]).toEqual([name, position, 'corrupt']);
      }
      await writeFile(file, whole);
    }
    expect(await verify(files.directory)).toMatchObject({ status: 'complete' });
  }, 30_000);
});
