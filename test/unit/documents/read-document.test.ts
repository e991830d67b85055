import { appendFile, chmod, mkdir, rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { PlannedDocument, Source } from '../../../schemas/plan.ts';
import { findDocuments, openInputs } from '../../../src/documents/find-documents.ts';
import { sha256Of } from '../../../src/sha256.ts';
import { maxDocumentBytes } from '../../../src/documents/limits.ts';
import { openParser } from '../../../src/documents/parse-apart/open-parser.ts';
import { readDocument, readTextFile } from '../../../src/documents/read-document.ts';
import { createTemporaryFiles } from './temporary-files.ts';

const parser = openParser();
afterAll(() => parser[Symbol.asyncDispose]());

async function plan(directory: string) {
  await using inputs = await openInputs([directory], { storeDirectory: null });
  const documents: PlannedDocument[] = [];
  for await (const document of findDocuments(inputs)) documents.push(document);
  const [first = { id: 'none', source: { root: 'none', path: 'none' }, sha256: null }] = documents;
  return { first, documents, roots: inputs.roots };
}

const planned = (source: Partial<Source>, content = ''): PlannedDocument => ({
  id: 'document',
  source: { root: 'docs', path: 'a.txt', ...source },
  sha256: sha256Of(Buffer.from(content)),
});

async function codeOf(document: PlannedDocument, roots: Readonly<Record<string, string>>) {
  const result = await readDocument(document, { roots, reading: plainly, parser });
  return result.status === 'refused' ? result.error.code : result.document.text;
}

const plainly = { records: {}, keep: [] };

test('a planned file is read as its text, whatever bytes its name has', async () => {
  await using files = await createTemporaryFiles({ 'x#y/%41\xe9\n.txt': '\ufeffGrüße' });
  const { first, roots } = await plan(files.directory);
  expect(await readDocument(first, { roots, reading: plainly, parser })).toEqual({
    status: 'read',
    document: { text: 'Grüße', flags: [] },
  });
});

test('a planned record is read as its text, with the members that are to be kept', async () => {
  const lines = [
    '{"text":"one","team":"A","n":1}',
    '{"text":" ","team":"B"}',
    '{"team":"C"}',
    '{"text":"abcd\\ud800"}',
  ];
  await using files = await createTemporaryFiles({ 'a.jsonl': lines.join('\n') });
  const { documents, roots } = await plan(files.directory);
  const keep = ['team', 'missing', '__proto__', 'toString'];
  const results = await Promise.all(
    documents.map((document) => readDocument(document, { roots, reading: { records: {}, keep }, parser })),
  );
  expect(results).toMatchObject([
    { status: 'read', document: { text: 'one', flags: [], keep: { team: 'A' } } },
    { status: 'refused', error: { code: 'EMPTY' }, keep: { team: 'B' } },
    {
      status: 'refused',
      error: { code: 'INVALID_RECORD', message: 'The record has no string member `text`.' },
      keep: { team: 'C' },
    },
    { status: 'read', document: { text: 'abcd\ufffd', flags: ['lossy'] } },
  ]);
  expect(results.map((result) => 'keep' in result || (result.status === 'read' && 'keep' in result.document))).toEqual([
    true,
    true,
    true,
    false,
  ]);
});

test('members to keep may be named by pointers, and stand in the line under these', async () => {
  await using files = await createTemporaryFiles({ 'a.jsonl': '{"text":"t","from":{"name":"A","x":[1]},"/x":2}' });
  const { first, roots } = await plan(files.directory);
  const result = await readDocument(first, {
    roots,
    reading: { records: {}, keep: ['/from/name', '/from/x/0', '/x', 'from/name'] },
    parser,
  });
  expect(result).toMatchObject({ document: { keep: { '/from/name': 'A', '/from/x/0': 1 } } });
  expect(JSON.stringify(result)).not.toContain('"/x"');
});

test('a kept member may be called `__proto__` without touching any prototype [F9]', async () => {
  await using files = await createTemporaryFiles({ 'a.jsonl': '{"text":"t","__proto__":{"polluted":1}}' });
  const { first, roots } = await plan(files.directory);
  const result = await readDocument(first, { roots, reading: { records: {}, keep: ['__proto__'] }, parser });
  expect(JSON.stringify(result)).toContain('"keep":{"__proto__":{"polluted":1}}');
  expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
});

test('a file that changed, grew, or is gone is not the planned one [F15] [F16] [F29]', async () => {
  await using files = await createTemporaryFiles({
    'a.txt': 'a',
    'b.txt': 'b',
    'c.txt': 'c',
    'd.jsonl': '{"text":"d"}',
  });
  const { documents, roots } = await plan(files.directory);
  await files.write('a.txt', 'A');
  await appendFile(join(files.directory, 'b.txt'), 'more');
  await rm(join(files.directory, 'c.txt'));
  await files.write('d.jsonl', '{"te');
  expect(await Promise.all(documents.map((document) => codeOf(document, roots)))).toEqual([
    'CHANGED',
    'CHANGED',
    'VANISHED',
    'CHANGED',
  ]);
});

const recordOf = (bytes: number) => `{"text":"${'x'.repeat(bytes - 11)}"}`;

test('a document has at most 8 MiB, file or record [F6]', async () => {
  await using files = await createTemporaryFiles({
    'a.txt': Buffer.alloc(maxDocumentBytes, 'x'),
    'b.txt': Buffer.alloc(maxDocumentBytes + 1, 'x'),
    'c.jsonl': `${recordOf(maxDocumentBytes)}\n${recordOf(maxDocumentBytes + 1)}\n`,
  });
  const { documents, roots } = await plan(files.directory);
  const results = [];
  for (const document of documents) results.push((await codeOf(document, roots)).slice(0, 9));
  expect(results).toEqual(['xxxxxxxxx', 'TOO_LARGE', 'xxxxxxxxx', 'TOO_LARGE']);
});

test('a document that could not be read at plan time is not read later', async () => {
  await using files = await createTemporaryFiles({ 'a.txt': 'a' });
  expect(await codeOf({ ...planned({}), sha256: null }, { docs: files.directory })).toBe('UNREADABLE');
});

test.each([
  '../secret.txt',
  '..%2Fsecret.txt',
  'sub/../../secret.txt',
  '/etc/passwd',
  '%2Fetc/passwd',
  'a.txt%00',
  '',
  '.',
  'a.txt/',
  'sub',
  'link.txt',
  'way/secret.txt',
  'x'.repeat(300),
])('the path %j, which no plan of ours has, is refused [F13] [S7]', async (path) => {
  await using files = await createTemporaryFiles({ 'secret.txt': 'secret', 'docs/a.txt': 'a', 'docs/sub/b.txt': 'b' });
  await symlink('../secret.txt', join(files.directory, 'docs/link.txt'));
  await symlink('..', join(files.directory, 'docs/way'));
  expect(await codeOf(planned({ path }, 'secret'), { docs: join(files.directory, 'docs') })).toBe('UNREADABLE');
});

test.each([{ offset: 1 }, { length: 1 }, { member: 'x' }])('a source with only %j is refused', async (source) => {
  await using files = await createTemporaryFiles({ 'a.txt': 'a' });
  expect(await codeOf(planned(source, 'a'), { docs: files.directory })).toBe('UNREADABLE');
});

test('a file of records is never read as one document', async () => {
  await using files = await createTemporaryFiles({ 'a.jsonl': '{"text":"a"}' });
  const document = planned({ path: 'a.jsonl' }, '{"text":"a"}');
  expect(await codeOf(document, { docs: files.directory })).toBe('UNREADABLE');
});

test('a slice beyond the end of the file is not the planned one', async () => {
  await using files = await createTemporaryFiles({ 'a.txt': 'a' });
  expect(await codeOf(planned({ offset: 2 ** 50, length: 5 }, 'a'), { docs: files.directory })).toBe('CHANGED');
});

test('a root may be a link, and what it links to may move', async () => {
  await using files = await createTemporaryFiles({ 'old/a.txt': 'a' });
  await symlink('old', join(files.directory, 'docs'));
  const roots = { docs: join(files.directory, 'docs') };
  expect(await codeOf(planned({}, 'a'), roots)).toBe('a');
  await rename(join(files.directory, 'old'), join(files.directory, 'new'));
  await rm(join(files.directory, 'docs'));
  await symlink('new', join(files.directory, 'docs'));
  expect(await codeOf(planned({}, 'a'), roots)).toBe('a');
});

test.each(['docs', 'other', 'constructor', '__proto__'])(
  'the missing root %s stops the shard, not the document [O12]',
  async (root) => {
    await using files = await createTemporaryFiles({ file: 'not a directory' });
    for (const place of ['missing', 'file']) {
      const read = readDocument(planned({ root }), {
        roots: { docs: join(files.directory, place) },
        reading: plainly,
        parser,
      });
      const error = await read.catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: 'NO_INPUT' });
      expect(String(error)).toContain(
        root === 'docs' ? `is not at \`${join(files.directory, place)}\`` : 'is not known here',
      );
      expect(String(error)).toContain(`--input-root ${root}=DIR`);
    }
  },
);

test('a message is the same on every machine and never holds text', async () => {
  await using files = await createTemporaryFiles({ 'a.txt': 'secret', 'b.jsonl': '{"text":7,"x":"secret"}' });
  await mkdir(join(files.directory, 'c.txt'));
  const { documents, roots } = await plan(files.directory);
  await files.write('a.txt', 'secret, changed');
  const results = await Promise.all(
    [...documents, planned({ root: Object.keys(roots)[0] ?? '', path: 'c.txt' })].map((document) =>
      readDocument(document, { roots, reading: plainly, parser }),
    ),
  );
  expect(results.map(({ status }) => status)).toEqual(['refused', 'refused', 'refused']);
  expect(JSON.stringify(results)).not.toContain('secret');
  expect(JSON.stringify(results)).not.toContain(files.directory);
});

test.skipIf(process.getuid?.() === 0)('a file that may not be read is unreadable', async () => {
  await using files = await createTemporaryFiles({ 'a.txt': 'a' });
  await chmod(join(files.directory, 'a.txt'), 0);
  expect(await codeOf(planned({}, 'a'), { docs: files.directory })).toBe('UNREADABLE');
});

test('a file is read as text without a plan, a JSONL file too', async () => {
  await using files = await createTemporaryFiles({ 'a.jsonl': '{"text":"t"}' });
  expect(await readTextFile(join(files.directory, 'a.jsonl'), parser)).toMatchObject({
    document: { text: '{"text":"t"}' },
  });
  await symlink('a.jsonl', join(files.directory, 'link'));
  expect(await readTextFile(join(files.directory, 'link'), parser)).toMatchObject({ status: 'read' });
  await expect(readTextFile(join(files.directory, 'none'), parser)).rejects.toMatchObject({ code: 'NO_INPUT' });
  await expect(readTextFile(files.directory, parser)).rejects.toMatchObject({ code: 'NO_INPUT' });
});
