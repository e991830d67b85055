import { mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { describe, expect, test as base, vi } from 'vitest';
import { findDocuments, openInputs } from '../../../src/documents/find-documents.ts';
import { hashSource } from '../../../src/documents/hash-source.ts';
import { openParser } from '../../../src/documents/parse-apart/open-parser.ts';
import { readDocument, readTextFile } from '../../../src/documents/read-document.ts';
import { objectServer, startObjectStore } from '../../support/object-store.ts';
import { makeZip } from '../../support/zip.ts';
import { createTemporaryFiles } from './temporary-files.ts';

/** A store for all tests of this file, since a process has one client; each has a bucket of its own. */
const test = base
  // oxlint-disable-next-line no-empty-pattern -- vitest reads from the pattern which other fixtures are needed
  .extend('store', { scope: 'file' }, async ({}, { onCleanup }) => {
    const files = await createTemporaryFiles();
    const store = await startObjectStore(join(files.directory, 'store'));
    for (const [name, value] of Object.entries(store.environment)) vi.stubEnv(name, value);
    onCleanup(async () => {
      vi.unstubAllEnvs();
      await store.kill();
      await files[Symbol.asyncDispose]();
    });
    return { ...store, buckets: 0 };
  })
  .extend('bucket', async ({ store }) => {
    store.buckets += 1;
    const name = `bucket-${store.buckets}`;
    const directory = await store.makeBucket(name);
    return {
      name,
      directory,
      write: async (path: string, content: string | Uint8Array): Promise<void> => {
        await mkdir(dirname(join(directory, path)), { recursive: true });
        await writeFile(join(directory, path), content);
      },
    };
  });

async function find(inputs: readonly string[], exclude?: string) {
  await using files = await createTemporaryFiles();
  const options = { storeDirectory: join(files.directory, 'input'), ...(exclude !== undefined && { exclude }) };
  await using opened = await openInputs(inputs, options);
  const documents = [];
  for await (const document of findDocuments(opened)) documents.push(document);
  return { documents, ids: documents.map(({ id }) => id), roots: opened.roots, ignored: opened.ignored };
}

const FILES = {
  'a-b.txt': 'dash',
  'a/b.txt': 'slash',
  'ä ö+%20#&.txt': 'names',
  'rows.csv': 'id,text\n1,one\n2,two\n',
  'records.jsonl': '{"id":"r","text":"first"}\n{"text":"second"}\n',
  'sub/deep/c.txt': 'c'.repeat(700_000),
  '.hidden/x.txt': 'x',
} as const;

describe.skipIf(objectServer === null)('documents in object storage', () => {
  test('can be named one by one by a person, and one that is not there is said to be so', async ({ bucket }) => {
    await bucket.write('dir/ä.html', '<!doctype html><html><body><p>Hello</p></body></html>');
    await using parser = openParser();
    const read = await readTextFile(`s3://${bucket.name}/dir/ä.html`, parser);
    expect(read).toMatchObject({ status: 'read', document: { text: 'Hello' } });
    for (const name of ['none.txt', 'dir']) {
      const missing = readTextFile(`s3://${bucket.name}/${name}`, parser);
      await expect(missing).rejects.toMatchObject({ code: 'NO_INPUT' });
    }
  });

  test('are those of a directory with the same files', async ({ bucket }) => {
    await using files = await createTemporaryFiles();
    const directory = join(files.directory, 'docs');
    for (const [path, content] of Object.entries(FILES)) {
      await bucket.write(`in/docs/${path}`, content);
      await mkdir(dirname(join(directory, path)), { recursive: true });
      await writeFile(join(directory, path), content);
    }
    const url = `s3://${bucket.name}/in/docs`;
    const there = await find([`${url}/`]);
    const here = await find([directory]);
    expect(there.documents).toEqual(here.documents);
    expect(there.roots).toMatchObject({ docs: url });
    expect(there.ignored).toEqual({ hidden: 1, symlinks: 0, specialFiles: 0 });
    await using parser = openParser();
    for (const planned of there.documents) {
      const reading = { records: {}, keep: [] };
      const read = await readDocument(planned, { roots: there.roots, reading, parser });
      expect(read).toEqual(await readDocument(planned, { roots: here.roots, reading, parser }));
      expect(read).toMatchObject({ status: 'read' });
    }
  });

  test('in an archive are unpacked beside the plan', async ({ bucket }) => {
    const entries = ['one.txt', 'two.txt'].map((name) => ({ name, content: name }));
    await bucket.write('mail.zip', makeZip(entries));
    expect((await find([`s3://${bucket.name}`])).ids).toEqual(['mail.zip#one.txt', 'mail.zip#two.txt']);
  });

  test('are chosen by key, prefix and pattern', async ({ bucket }) => {
    for (const path of ['a.txt', 'b.md', 'sub/c.txt', 'sub/.d.txt', 'subtle/e.txt']) await bucket.write(path, path);
    const at = (path: string) => `s3://${bucket.name}/${path}`;
    expect((await find([at('a.txt')])).ids).toEqual(['a.txt']);
    expect((await find([at('sub')])).ids).toEqual(['c.txt']);
    expect((await find([at('sub/.d.txt'), at('sub/c.txt')])).ids).toEqual(['.d.txt', 'c.txt']);
    expect((await find([at('*.txt')])).ids).toEqual(['a.txt']);
    expect((await find([at('s*/*.txt')])).ids).toEqual(['sub/c.txt', 'subtle/e.txt']);
    expect((await find([at('**/*.txt')], at('sub'))).ids).toEqual(['a.txt', 'subtle/e.txt']);
    expect((await find([at('sub'), at('subtle')])).ids).toEqual(['sub/c.txt', 'subtle/e.txt']);
  });

  test.for(['s3://BUCKET/none', 's3://BUCKET/none/*.txt', 's3://no-such-bucket/a', 's3://BUCKET/*.none'])(
    '%s is no input where there is nothing',
    async (input, { bucket }) => {
      await bucket.write('a.txt', 'a');
      await expect(find([input.replace('BUCKET', bucket.name)])).rejects.toMatchObject({ code: 'NO_INPUT' });
    },
  );

  test('that changed or went away since they were planned are refused, as files are', async ({ bucket }) => {
    await bucket.write('a.txt', 'a');
    await bucket.write('b.txt', 'b');
    const { documents, roots } = await find([`s3://${bucket.name}`]);
    await bucket.write('a.txt', 'A');
    await using parser = openParser();
    const options = { roots, reading: { records: {}, keep: [] }, parser };
    const [changed, other] = documents;
    if (changed === undefined || other === undefined) throw new Error('Two were planned.');
    expect(await readDocument(changed, options)).toMatchObject({ status: 'refused', error: { code: 'CHANGED' } });
    const gone = { ...other, source: { ...other.source, path: 'c.txt' } };
    expect(await readDocument(gone, options)).toMatchObject({ status: 'refused', error: { code: 'VANISHED' } });
    expect(await hashSource(gone.source, roots)).toBe(null);
  });

  test('of a store that shows nothing at all are no document that vanished', async ({ bucket }) => {
    await bucket.write('a.txt', 'a');
    const { documents } = await find([`s3://${bucket.name}`]);
    const [planned] = documents;
    if (planned === undefined) throw new Error('One was planned.');
    await using parser = openParser();
    for (const root of ['s3://no-such-bucket', `s3://${bucket.name}/elsewhere`]) {
      const options = { roots: { [bucket.name]: root }, reading: { records: {}, keep: [] }, parser };
      await expect(readDocument(planned, options)).rejects.toThrow(/NoSuchBucket|There is nothing at/);
    }
  });

  test('are read from where `--input-root` puts them, a directory too', async ({ bucket }) => {
    await bucket.write('a.txt', 'a');
    const { documents } = await find([`s3://${bucket.name}`]);
    const [planned] = documents;
    if (planned === undefined) throw new Error('One was planned.');
    await using parser = openParser();
    for (const root of [`s3://${bucket.name}/`, bucket.directory]) {
      const options = { roots: { [bucket.name]: root }, reading: { records: {}, keep: [] }, parser };
      expect(await readDocument(planned, options)).toMatchObject({ status: 'read', document: { text: 'a' } });
    }
  });

  test('outside their root are never read, whatever a plan says', async ({ bucket }) => {
    await bucket.write('in/a.txt', 'a');
    await bucket.write('b.txt', 'b');
    const roots = { in: `s3://${bucket.name}/in` };
    expect(await hashSource({ root: 'in', path: 'a.txt' }, roots)).toMatchObject({ bytes: 1 });
    for (const path of ['../b.txt', 'x/../../b.txt', '%2E%2E/b.txt', '/b.txt', './a.txt']) {
      expect(await hashSource({ root: 'in', path }, roots)).toBe(null);
    }
  });

  test('may be named as roots by the last name of their URL', async ({ bucket }) => {
    await bucket.write('one/docs/a.txt', 'a');
    await bucket.write('two/docs/a.txt', 'a');
    const at = (path: string) => `s3://${bucket.name}/${path}`;
    expect((await find([at('two/docs'), at('one/docs')])).ids).toEqual(['docs-2/a.txt', 'docs/a.txt']);
    expect(basename(at('one/docs'))).toBe('docs');
    await expect(find([at('one'), at('one/docs')])).rejects.toMatchObject({ code: 'USAGE' });
  });
});
