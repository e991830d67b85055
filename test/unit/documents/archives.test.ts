import { packTar } from 'modern-tar';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { constants, gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { documentIdSchema } from '../../../schemas/ids.ts';
import { findDocuments, openInputs } from '../../../src/documents/find-documents.ts';
import { maxDocumentBytes } from '../../../src/documents/limits.ts';
import { openParser } from '../../../src/documents/parse-apart/open-parser.ts';
import { readDocument } from '../../../src/documents/read-document.ts';
import { makeZip } from '../../support/zip.ts';
import { createTemporaryFiles } from './temporary-files.ts';

/** Every document of some files with its text or code, what was left alone, and what was stored. */
async function readAll(files: Readonly<Record<string, string | Uint8Array>>) {
  await using place = await createTemporaryFiles(files);
  await using storage = await createTemporaryFiles();
  const reading = { records: {}, keep: [] };
  await using inputs = await openInputs([place.directory], { storeDirectory: storage.directory, reading });
  await using parser = openParser();
  const outcomes: string[][] = [];
  for await (const document of findDocuments(inputs)) {
    const read = await readDocument(document, { roots: { ...inputs.roots, input: inputs.store }, reading, parser });
    outcomes.push([document.id, read.status === 'read' ? read.document.text : read.error.code]);
  }
  const stored = await readdir(storage.directory);
  for (const name of stored) expect(name).toMatch(/^[0-9a-f]{64}$/);
  return { outcomes, ignored: inputs.ignored, stored: stored.length };
}

const contents = [
  ['b/two.txt', 'Second'],
  ['a ü#.txt', 'First'],
  ['records.jsonl', '\ufeff{"id":"x","text":"One"}\n\n{"text":"Two"}\n'],
  ['table.csv', 'text,n\n"Row\none",1\nRow two,2\n'],
  ['page.html', '<!doctype html><p>Hello <b>you</b>'],
  ['empty.txt', ''],
] as const;

const read = (archive: string) => [
  [`${archive}#b/two.txt`, 'Second'],
  [`${archive}#a ü%23.txt`, 'First'],
  ['x', 'One'],
  [`${archive}#records.jsonl#2`, 'Two'],
  [`${archive}#table.csv#1`, 'Row\none'],
  [`${archive}#table.csv#2`, 'Row two'],
  [`${archive}#page.html`, 'Hello you'],
  [`${archive}#empty.txt`, 'EMPTY'],
];

const zip = (entries: readonly (readonly [string, string | Uint8Array])[]) =>
  makeZip(entries.map(([name, content]) => ({ name, content })));
const tar = async (entries: readonly (readonly [string, string | Uint8Array])[]) =>
  Buffer.from(
    await packTar(entries.map(([name, body]) => ({ header: { name, size: Buffer.byteLength(body) }, body }))),
  );

describe('the files of an archive', () => {
  test.each([
    ['docs.zip', async () => zip(contents)],
    ['docs.tar', () => tar(contents)],
    ['docs.tar.gz', async () => gzipSync(await tar(contents))],
    ['docs.TGZ', async () => gzipSync(await tar(contents))],
    ['docs.tar.zst', async () => zstdCompressSync(await tar(contents))],
  ])('are documents, records and rows of %s, in its order, unpacked into one file', async (name, make) => {
    expect(await readAll({ [name]: await make() })).toMatchObject({ outcomes: read(name), stored: 1 });
  });

  test('that are hidden, links or directories are left alone and counted', async () => {
    const archive = await packTar([
      { header: { name: 'd/', type: 'directory', size: 0 } },
      { header: { name: 'd/link', type: 'symlink', size: 0, linkname: '/etc/passwd' } },
      { header: { name: './d/a.txt', size: 1 }, body: 'a' },
      { header: { name: '__MACOSX/._a.txt', size: 1 }, body: 'b' },
    ]);
    const { outcomes, ignored } = await readAll({
      'x.tar': archive,
      'y.zip': zip([
        ['.git/x', 'x'],
        ['d/', ''],
        ['b', 'b'],
      ]),
    });
    expect(outcomes).toEqual([
      ['x.tar#./d/a.txt', 'a'],
      ['y.zip#b', 'b'],
    ]);
    expect(ignored).toEqual({ symlinks: 1, specialFiles: 0, hidden: 2 });
  });

  test('are refused one by one when they are encrypted, packed again or too large, and the others are read', async () => {
    const archive = makeZip([
      { name: 'secret.txt', content: 'secret', encrypted: true },
      { name: 'inner.zip', content: zip([['a', 'a']]) },
      { name: 'inner.jsonl.gz', content: gzipSync('{"text":"a"}') },
      { name: 'large.txt', content: Buffer.alloc(maxDocumentBytes + 10, 'x') },
      { name: 'packed.txt.gz', content: gzipSync('Unpacked') },
      { name: 'a.txt', content: 'a' },
    ]);
    expect((await readAll({ 'x.zip': archive })).outcomes).toEqual([
      ['x.zip#secret.txt', 'ENCRYPTED'],
      ['x.zip#inner.zip', 'BINARY'],
      ['x.zip#inner.jsonl.gz', 'BINARY'],
      ['x.zip#large.txt', 'TOO_LARGE'],
      ['x.zip#packed.txt.gz', 'Unpacked'],
      ['x.zip#a.txt', 'a'],
    ]);
  });

  test('that would lead out of the archive are no documents, and nothing is written outside the store', async () => {
    const entries = [
      ['../../up.txt', 'up'],
      ['a.txt', 'a'],
    ] as const;
    expect((await readAll({ 'x.zip': zip(entries) })).outcomes).toEqual([['x.zip', 'MALFORMED']]);
    expect((await readAll({ 'x.tar': await tar(entries) })).outcomes).toEqual([['x.tar#a.txt', 'a']]);
  });
});

describe('a container', () => {
  const damaged = async () => {
    const packed = gzipSync(
      await tar([
        ['a.txt', 'x'.repeat(5000)],
        ['b.txt', 'b'],
      ]),
    );
    return {
      'cut.tar': (await tar([['a.txt', 'x'.repeat(5000)]])).subarray(0, 3000),
      'cut.tgz': packed.subarray(0, packed.length - 20),
      'cut.zip': zip([['a.txt', 'aaa']]).subarray(0, 60),
      'none.tar': Buffer.alloc(2000, 'not an archive'),
      'none.zip': Buffer.from('PK\x03\x04'),
      'wrong.jsonl.gz': Buffer.from('{"text":"plain"}'),
      'z.txt': 'still read',
    };
  };

  test('that is not whole is one document, refused, and leaves nothing behind [F11]', async () => {
    const files = await damaged();
    expect(await readAll(files)).toMatchObject({
      outcomes: [
        ...Object.keys(files)
          .slice(0, -1)
          .map((name) => [name, 'MALFORMED']),
        ['z.txt', 'still read'],
      ],
      stored: 0,
    });
  });

  test(
    'that unpacks to far more than it is, is one document, refused, and leaves nothing behind [F10]',
    { timeout: 120_000 },
    async () => {
      const zeros = Buffer.alloc(64 * 1024 * 1024);
      const bomb = zip(Array.from({ length: 5 }, (_, index) => [`${index}.txt`, zeros] as const));
      const records = zstdCompressSync(Buffer.alloc(300 * 1024 * 1024, '{"text":"a"}\n'));
      const { outcomes, stored } = await readAll({ 'a.zip': bomb, 'b.jsonl.zst': records, 'c.txt': 'still read' });
      expect(outcomes).toEqual([
        ['a.zip', 'TOO_LARGE'],
        ['b.jsonl.zst', 'TOO_LARGE'],
        ['c.txt', 'still read'],
      ]);
      expect(stored).toBe(0);
    },
  );

  test('may be a packed file of records, of several gzip members too', async () => {
    const lines = ['{"id":"one","text":"1"}\n', '{"text":"2"}\n'] as const;
    const { outcomes } = await readAll({
      'a.jsonl.gz': Buffer.concat(lines.map((line) => gzipSync(line))),
      'b.csv.zst': zstdCompressSync('text\nrow\n'),
    });
    expect(outcomes).toEqual([
      ['one', '1'],
      ['a.jsonl.gz#2', '2'],
      ['b.csv.zst#1', 'row'],
    ]);
  });
});

describe('a single document that is packed', () => {
  test('is read as it is unpacked, whatever its name', async () => {
    const { outcomes, stored } = await readAll({
      'a.txt.gz': gzipSync('Packed'),
      'b.html': gzipSync('<html><p>Page'),
      'c.zst': zstdCompressSync('Packed too', { params: { [constants.ZSTD_c_checksumFlag]: 1 } }),
    });
    expect(outcomes.map(([, text]) => text)).toEqual(['Packed', 'Page', 'Packed too']);
    expect(stored).toBe(0);
  });

  test('is refused when it unpacks to more than a document may have, or is not whole [F10]', async () => {
    const exact = gzipSync(Buffer.alloc(maxDocumentBytes, 'x'));
    const { outcomes } = await readAll({
      'a.gz': gzipSync(Buffer.alloc(maxDocumentBytes + 1, 'x')),
      'b.zst': zstdCompressSync(Buffer.alloc(500 * 1024 * 1024)),
      'c.gz': gzipSync('Packed text').subarray(0, 20),
      'd.gz': exact,
      'e.gz': gzipSync(gzipSync('twice')),
    });
    expect(outcomes.map(([id, text = '']) => [id, text.slice(0, 9)])).toEqual([
      ['a.gz', 'TOO_LARGE'],
      ['b.zst', 'TOO_LARGE'],
      ['c.gz', 'MALFORMED'],
      ['d.gz', 'xxxxxxxxx'],
      ['e.gz', 'BINARY'],
    ]);
  });
});

test('the longest name in an archive of the longest name still gives an id that a plan can hold', async () => {
  const name = `${'n'.repeat(251)}.zip`;
  const folders = Array.from({ length: 11 }, () => 'd'.repeat(250)).join('/');
  const { outcomes } = await readAll({ [`${folders}/${name}`]: zip([['m'.repeat(5_000), 'Text']]) });
  expect(outcomes).toEqual([[expect.any(String), 'Text']]);
  expect(documentIdSchema.safeParse(`root/${outcomes[0]?.[0] ?? ''}#99999999`).success).toBe(true);
});

test('what a dry run unpacked is gone after disposal', async () => {
  await using files = await createTemporaryFiles({ 'a.zip': zip([['a', 'a']]) });
  const inputs = await openInputs([join(files.directory, 'a.zip')], { storeDirectory: null });
  const ids = [];
  for await (const { id } of findDocuments(inputs)) ids.push(id);
  expect([ids, (await readdir(inputs.store)).length]).toEqual([['a.zip#a'], 1]);
  await inputs[Symbol.asyncDispose]();
  await expect(readdir(inputs.store)).rejects.toMatchObject({ code: 'ENOENT' });
});

describe('what must not be lost without a word', () => {
  const frames = Buffer.concat([zstdCompressSync('{"text":"One"}\n'), zstdCompressSync('{"text":"Two"}\n')]);

  test('files of several Zstandard frames are read whole', async () => {
    const { outcomes } = await readAll({ 'one.txt.zst': frames, 'records.jsonl.zst': frames });
    expect(outcomes).toEqual([
      ['one.txt.zst', '{"text":"One"}\n{"text":"Two"}\n'],
      ['records.jsonl.zst#1', 'One'],
      ['records.jsonl.zst#2', 'Two'],
    ]);
  });

  test('a packed file of records that is hidden is read where it is named', async () => {
    await using place = await createTemporaryFiles({ '.h.jsonl.gz': gzipSync('{"text":"One"}\n') });
    await using storage = await createTemporaryFiles();
    const reading = { records: {}, keep: [] };
    const path = join(place.directory, '.h.jsonl.gz');
    await using inputs = await openInputs([path], { storeDirectory: storage.directory, reading });
    const found = [];
    for await (const document of findDocuments(inputs)) found.push(document.id);
    expect(found).toEqual(['.h.jsonl.gz#1']);
  });

  test('members with one name are looked at when ids are compared', async () => {
    await using place = await createTemporaryFiles({
      't.tar': await tar([
        ['a.txt', 'One'],
        ['a.txt', 'Two'],
      ]),
    });
    await using storage = await createTemporaryFiles();
    const reading = { records: {}, keep: [] };
    await using inputs = await openInputs([place.directory], { storeDirectory: storage.directory, reading });
    for await (const { ownId } of findDocuments(inputs)) expect(ownId).toBe(true);
  });
});
