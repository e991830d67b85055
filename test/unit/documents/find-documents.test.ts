import { execFileSync } from 'node:child_process';
import { chmod, readdir, rm, stat, symlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import { basename, join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findDocuments, openInputs } from '../../../src/documents/find-documents.ts';
import { sha256Of } from '../../../src/sha256.ts';
import { toDocumentId } from '../../../src/documents/id.ts';
import { createTemporaryFiles, streamOf } from './temporary-files.ts';

async function find(inputs: readonly string[], stdin?: AsyncIterable<Uint8Array>) {
  await using opened = await openInputs(inputs, { storeDirectory: null, ...(stdin === undefined ? {} : { stdin }) });
  const documents = [];
  for await (const document of findDocuments(opened)) documents.push(document);
  return { documents, ids: documents.map(({ id }) => id), roots: opened.roots, ignored: opened.ignored };
}

function hashesOf(bytes: Uint8Array | string) {
  return { sha256: sha256Of(bytes), content: sha256Of(bytes) };
}

test('every file is found once, in byte order of the whole paths', async () => {
  const name = fc
    .array(fc.constantFrom('a', 'b', '-', '0', '.', '%', '\xe9', '\xc3\xa4', '\xf0\x9f\x98\x80', '\n'), {
      minLength: 1,
      maxLength: 3,
    })
    .map((characters) => `a${characters.join('')}`);
  const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join('/'));
  await fc.assert(
    fc.asyncProperty(fc.array(path, { minLength: 1, maxLength: 12 }), async (paths) => {
      await using files = await createTemporaryFiles();
      const written: string[] = [];
      for (const path of new Set(paths)) {
        const isTaken = written.some((other) => other.startsWith(`${path}/`) || path.startsWith(`${other}/`));
        if (isTaken) continue;
        await files.write(path, path);
        written.push(path);
      }
      const sorted = written
        .map((path) => Buffer.from(path, 'latin1'))
        .sort((one, other) => Buffer.compare(one, other))
        .map((bytes) => toDocumentId(bytes.toString('latin1')));
      expect((await find([files.directory])).ids).toEqual(sorted);
    }),
    { numRuns: 40 },
  );
});

test('a document carries the hash and the length of its bytes', async () => {
  const large = Buffer.alloc(700_000, 'abc');
  await using files = await createTemporaryFiles({ 'a.txt': 'Hello', 'b/c.txt': large, 'd.txt': '' });
  const root = basename(files.directory);
  expect((await find([files.directory])).documents).toEqual([
    { id: 'a.txt', source: { root, path: 'a.txt' }, ...hashesOf('Hello'), bytes: 5, ownId: false },
    { id: 'b/c.txt', source: { root, path: 'b/c.txt' }, ...hashesOf(large), bytes: 700_000, ownId: false },
    { id: 'd.txt', source: { root, path: 'd.txt' }, ...hashesOf(''), bytes: 0, ownId: false },
  ]);
});

test('links, special files and hidden names below a directory are counted and left alone [F12]', async () => {
  await using files = await createTemporaryFiles({ 'a.txt': 'a', '.hidden': 'h', '.git/x': 'x', 'sub/.y': 'y' });
  await symlink('..', join(files.directory, 'sub/loop'));
  await symlink('a.txt', join(files.directory, 'link.txt'));
  execFileSync('mkfifo', [join(files.directory, 'fifo')]);
  const server = createServer().listen(join(files.directory, 'socket'));
  await new Promise((resolve) => server.once('listening', resolve));
  const found = await find([files.directory]);
  server.close();
  expect(found.ids).toEqual(['a.txt']);
  expect(found.ignored).toEqual({ symlinks: 2, specialFiles: 2, hidden: 3 });
});

test('a file or link that is named is taken, hidden or not, once', async () => {
  await using files = await createTemporaryFiles({ 'real/.a': 'a', 'real/b.txt': 'b', 'real/c.txt': 'c' });
  await symlink('real/b.txt', join(files.directory, 'link'));
  await symlink('real', join(files.directory, 'folder'));
  const at = (name: string) => join(files.directory, name);
  expect((await find([at('real/.a'), at('link'), at('real/b.txt')])).ids).toEqual(['.a', 'b.txt']);
  const found = await find([at('folder'), at('real/.a'), at('real/b.txt'), at('real')]);
  expect(found.ids).toEqual(['.a', 'b.txt', 'c.txt']);
  expect(found.ignored.hidden).toBe(0);
});

test('a glob takes what it matches below its fixed part, which is the root', async () => {
  await using files = await createTemporaryFiles({
    'docs/a.txt': 'a',
    'docs/b.md': 'b',
    'docs/x/c.txt': 'c',
    'docs/x/y/d.txt': 'd',
    'docs/[odd].txt': 'o',
  });
  const at = (name: string) => join(files.directory, name);
  expect((await find([at('docs/*.txt')])).ids).toEqual(['[odd].txt', 'a.txt']);
  expect((await find([at('docs/**/*.txt')])).ids).toEqual(['[odd].txt', 'a.txt', 'x/c.txt', 'x/y/d.txt']);
  expect((await find([at('docs/*/*.txt'), at('docs/*.md')])).ids).toEqual(['b.md', 'x/c.txt']);
  expect((await find([at('docs/{x,z}/**')])).ids).toEqual(['x/c.txt', 'x/y/d.txt']);
  expect((await find([at('docs/[odd].txt')])).ids).toEqual(['[odd].txt']);
  expect((await find([at('docs/*.txt'), at('docs')])).ids).toHaveLength(5);
  await expect(find([at('docs/*.txt'), at('docs/*.pdf')])).rejects.toMatchObject({ code: 'NO_INPUT' });
});

test('several roots have unique names, whatever the order of the inputs, and ids begin with them', async () => {
  await using files = await createTemporaryFiles({ 'x/docs/a': '1', 'y/docs/a': '2', 'input/a': '3', 'd=1/a': '4' });
  const inputs = ['y/docs', 'd=1', 'x/docs', 'input'].map((name) => join(files.directory, name));
  const found = await find(inputs);
  expect(found.ids).toEqual(['d%3D1/a', 'docs-2/a', 'docs/a', 'input-2/a']);
  expect(found.roots['docs-2']).toBe(join(files.directory, 'y/docs'));
  expect(await find(inputs.toReversed())).toEqual(found);
});

test('one input inside another is refused with both names', async () => {
  await using files = await createTemporaryFiles({ 'docs/a': 'a', 'docs/sub/b': 'b', 'docs-old/c': 'c' });
  const at = (name: string) => join(files.directory, name);
  const error = await find([at('docs/sub/b'), at('docs-old'), at('docs')]).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: 'USAGE' });
  expect(String(error)).toContain(`\`${at('docs/sub')}\``);
  expect(String(error)).toContain(`\`${at('docs')}\``);
});

test.each(['missing.txt', 'missing/*.txt', 'a.txt/b', 'a.txt/*'])('the missing input %s is named', async (name) => {
  await using files = await createTemporaryFiles({ 'a.txt': 'a' });
  const input = join(files.directory, name);
  await expect(find([input])).rejects.toMatchObject({
    code: 'NO_INPUT',
    message: `Input \`${input}\` does not exist; check the path.`,
  });
});

test('a named pipe as input is refused, not waited for', async () => {
  await using files = await createTemporaryFiles();
  execFileSync('mkfifo', [join(files.directory, 'fifo')]);
  await expect(find([join(files.directory, 'fifo')])).rejects.toMatchObject({ code: 'USAGE' });
});

test('records have their own id or their number, and their place in the file', async () => {
  const lines = [
    '\ufeff{"id":"t-1","text":"one"}',
    '',
    '{"text":"zwölf"}',
    'broken',
    '{"id":12345678901234567890,"text":"4"}',
  ];
  await using files = await createTemporaryFiles({ 'x/100%.jsonl': lines.join('\r\n'), 'y.NDJSON': '{"text":"y"}\n' });
  const { documents } = await find([files.directory]);
  expect(documents.map(({ id, ownId }) => [id, ownId])).toEqual([
    ['t-1', true],
    ['x/100%25.jsonl#2', false],
    ['x/100%25.jsonl#3', false],
    ['12345678901234567890', true],
    ['y.NDJSON#1', false],
  ]);
  const file = Buffer.from(lines.join('\r\n'));
  const texts = documents.slice(0, 4).map(({ source: { offset = 0, length = 0 }, sha256, bytes }) => {
    const slice = file.subarray(offset, offset + length);
    expect([sha256, bytes]).toEqual([sha256Of(slice), slice.length]);
    return slice.toString();
  });
  expect(texts).toEqual(['{"id":"t-1","text":"one"}', ...lines.slice(2)]);
});

test('with several roots the own ids of records begin with the name of their root', async () => {
  await using files = await createTemporaryFiles({
    'a/x.jsonl': '{"id":1,"text":"1"}',
    'b/x.jsonl': '{"id":1,"text":"2"}',
  });
  expect((await find([join(files.directory, 'a'), join(files.directory, 'b')])).ids).toEqual(['a/1', 'b/1']);
});

test('records that read the same have the same content where contents are compared', async () => {
  const lines = [
    '{"id":1,"text":"Hello","team":"A"}',
    '{"team":"A","text":"Hello","note":"x","id":2}',
    '{"text":"Hello","team":"B"}',
    '{"text":"Hello "}',
    '{"text":"Hello","team":"A","id":1}',
  ];
  await using files = await createTemporaryFiles({ 'x.jsonl': lines.join('\n') });
  await using inputs = await openInputs([files.directory], {
    storeDirectory: null,
    reading: { records: {}, keep: ['team'] },
    compareRecords: true,
  });
  const contents = [];
  for await (const { content } of findDocuments(inputs)) contents.push(content);
  expect(contents[1]).toBe(contents[0]);
  expect(contents[4]).toBe(contents[0]);
  expect(new Set(contents).size).toBe(3);
});

test.skipIf(process.getuid?.() === 0)('a file that cannot be read is a document without a hash', async () => {
  await using files = await createTemporaryFiles({ 'a.txt': 'a', 'b.jsonl': '{"text":"b"}' });
  await chmod(join(files.directory, 'a.txt'), 0);
  await chmod(join(files.directory, 'b.jsonl'), 0);
  const { documents } = await find([files.directory]);
  expect(documents.map(({ id, sha256 }) => [id, sha256])).toEqual([
    ['a.txt', null],
    ['b.jsonl', null],
  ]);
});

test('a file that is gone, or a link or a pipe when its turn comes, is a document without a hash', async () => {
  const names = ['a.txt', 'b.txt', 'c.txt', 'd.txt'];
  await using files = await createTemporaryFiles(Object.fromEntries(names.map((name) => [name, 'text'])));
  const [, gone = '', link = '', pipe = ''] = names.map((name) => join(files.directory, name));
  await using inputs = await openInputs(
    names.map((name) => join(files.directory, name)),
    { storeDirectory: null },
  );
  for (const path of [gone, link, pipe]) await rm(path);
  await symlink('a.txt', link);
  execFileSync('mkfifo', [pipe]);
  const hashes = [];
  for await (const { sha256 } of findDocuments(inputs)) hashes.push(sha256);
  expect(hashes).toEqual([sha256Of(Buffer.from('text')), null, null, null]);
});

test('stdin that is text becomes one document, stored read-only under its hash', async () => {
  await using files = await createTemporaryFiles();
  const storeDirectory = join(files.directory, 'run/input');
  await using inputs = await openInputs(['-', '-'], { stdin: streamOf('Hello ', 'world'), storeDirectory });
  const documents = [];
  for await (const document of findDocuments(inputs)) documents.push(document);
  const sha256 = sha256Of(Buffer.from('Hello world'));
  expect(inputs.roots).toEqual({ input: storeDirectory });
  expect(documents).toEqual([
    { id: 'stdin', source: { root: 'input', path: sha256 }, ...hashesOf('Hello world'), bytes: 11, ownId: false },
  ]);
  expect(await readdir(storeDirectory)).toEqual([sha256]);
  expect((await stat(join(storeDirectory, sha256))).mode & 0o777).toBe(0o444);
});

test('stdin that begins with `{` is JSONL, beside other inputs too', async () => {
  await using files = await createTemporaryFiles({ 'input/a.txt': 'a' });
  const stdin = streamOf('\ufeff', ' \n', '{"id":"x","text":"1"}\n{"te', 'xt":"2"}');
  const found = await find(['-', join(files.directory, 'input')], stdin);
  expect(found.ids).toEqual(['input-2/a.txt', 'input/x', 'input/stdin#2']);
});

test('what a dry run kept of stdin is gone after disposal', async () => {
  const { roots } = await find(['-'], streamOf('text'));
  await expect(stat(roots['input'] ?? '')).rejects.toMatchObject({ code: 'ENOENT' });
});

async function* broken(): AsyncGenerator<Buffer> {
  yield Buffer.from('half');
  throw new Error('broken pipe');
}

test('stdin that breaks leaves nothing behind', async () => {
  await using files = await createTemporaryFiles();
  const storeDirectory = join(files.directory, 'input');
  await expect(openInputs(['-'], { stdin: broken(), storeDirectory })).rejects.toMatchObject({ code: 'IO' });
  expect(await readdir(storeDirectory)).toEqual([]);
});

test('an aborted search throws the reason', async () => {
  await using files = await createTemporaryFiles({ 'a.txt': 'a', 'b.txt': 'b' });
  await using inputs = await openInputs([files.directory], { storeDirectory: null });
  const controller = new AbortController();
  const stopped = async () => {
    for await (const _document of findDocuments(inputs, controller.signal)) controller.abort(new Error('stop'));
  };
  await expect(stopped()).rejects.toThrow('stop');
});
