import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findCsvRecords } from '../../../src/documents/find-csv-records.ts';
import { maxCsvHeaderBytes, maxDocumentBytes } from '../../../src/documents/limits.ts';
import { parseCsvRecord } from '../../../src/documents/parse-csv-record.ts';
import { sha256Of } from '../../../src/sha256.ts';
import { streamOf } from './temporary-files.ts';

async function find(...pieces: readonly (string | Buffer)[]) {
  const records = [];
  for await (const record of findCsvRecords(streamOf(...pieces))) {
    records.push({ ...record, bytes: record.bytes === null ? null : Buffer.from(record.bytes) });
  }
  return records;
}

const textsIn = async (...pieces: readonly string[]) => (await find(...pieces)).map(({ bytes }) => bytes?.toString());

const cell = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', ' ', '"', ',', ';', '\t', '\n', '\r', 'ä', '😀'), maxLength: 6 }),
  fc.string({ maxLength: 4 }),
);

/** As RFC 4180 says, quoted where it has to be or where it is wanted. */
function toCell(text: string, delimiter: string, quoted: boolean): string {
  const needed = quoted || text === '' || /["\n\r]/.test(text) || text.includes(delimiter);
  return needed ? `"${text.replaceAll('"', '""')}"` : text;
}

test('every record of a table is found and read as it was written, however the file comes in pieces [F25]', async () => {
  const table = fc
    .integer({ min: 2, max: 5 })
    .chain((width) => fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 6 }));
  const delimiters = fc.constantFrom(',', ';', '\t', '|');
  const ends = fc.constantFrom('\n', '\r\n', '\r');
  await fc.assert(
    fc.asyncProperty(
      table,
      delimiters,
      ends,
      fc.boolean(),
      fc.integer({ min: 1, max: 9 }),
      async (rows, delimiter, end, quoted, size) => {
        const width = rows[0]?.length ?? 0;
        const names = Array.from({ length: width }, (_, index) => `column ${index}`);
        const lines = [names, ...rows].map((row) => row.map((text) => toCell(text, delimiter, quoted)).join(delimiter));
        // A row of nothing but blanks is a blank line.
        const written = rows.filter((_, index) => (lines[index + 1] ?? '').replaceAll(' ', '') !== '');
        const file = Buffer.from(lines.join(end));
        const pieces = Array.from({ length: Math.ceil(file.length / size) }, (_, index) =>
          file.subarray(index * size, (index + 1) * size),
        );
        const found = await find(...pieces);
        const read = found.map(({ header, bytes }) => {
          const record = parseCsvRecord(header?.bytes ?? Buffer.of(), bytes ?? Buffer.of(), { textColumn: 'column 0' });
          return names.map((name) => record.members[name]);
        });
        expect(read).toEqual(written);
        for (const { offset, length, bytes } of found) expect(file.subarray(offset, offset + length)).toEqual(bytes);
      },
    ),
  );
});

test('a quote within a field that began without one is text and swallows no line [F25]', async () => {
  expect(await textsIn('id,text\n1,5" pipe\n2,a "b" c\n')).toEqual(['1,5" pipe', '2,a "b" c']);
});

test('blank lines and a byte order mark are no records', async () => {
  expect(await textsIn('\ufeffid,text\r\n\r\n1,a\r\n  \r\n2,b')).toEqual(['1,a', '2,b']);
  const [record] = await find('\ufefftext\nHello');
  expect(parseCsvRecord(record?.header?.bytes ?? Buffer.of(), Buffer.from('Hello'), {})).toMatchObject({
    text: 'Hello',
  });
});

test('a file of nothing, or of a header alone, has no records', async () => {
  for (const file of ['', '\n\n', 'id,text', 'id,text\n']) expect(await find(file)).toEqual([]);
});

test('the delimiter is the one that stands most often in the header outside quotes', async () => {
  for (const [header, delimiter] of [
    ['a;b;"c,d,e,f"', ';'],
    ['a\tb', '\t'],
    ['a|b|c,d', '|'],
    ['text', ','],
  ] as const) {
    const [record] = await find(`${header}\nx`);
    expect(String.fromCharCode(record?.header?.delimiter ?? 0)).toBe(delimiter);
  }
});

test('a record of 27 MB is hashed and not held, and its neighbours are found', async () => {
  const long = Buffer.alloc(27_000_000, 'x');
  const file = Buffer.concat([Buffer.from('text\nbefore\n"'), long, Buffer.from('"\nafter\n')]);
  const pieces = [];
  for (let from = 0; from < file.length; from += 256 * 1024) pieces.push(file.subarray(from, from + 256 * 1024));
  const found = await find(...pieces);
  expect(found.map(({ bytes }) => bytes?.toString())).toEqual(['before', undefined, 'after']);
  const [, middle, after] = found;
  expect(middle?.length).toBe(long.length + 2);
  expect(middle?.length).toBeGreaterThan(maxDocumentBytes);
  expect(middle?.sha256).toBe(sha256Of(Buffer.concat([Buffer.from('text"'), long, Buffer.from('"')])));
  expect(after?.offset).toBe(file.length - 'after\n'.length);
});

test('a first line that is too long for a header makes the file one record that is not usable', async () => {
  const [record, ...others] = await find(`${'x'.repeat(maxCsvHeaderBytes + 1)}\na\nb\n`);
  expect(others).toEqual([]);
  const sha256 = sha256Of('x'.repeat(maxCsvHeaderBytes + 1));
  expect(record).toMatchObject({ offset: 0, length: maxCsvHeaderBytes + 1, sha256, header: null });
});

test('a first line of just the most bytes that a header may have is one', async () => {
  const [record, ...others] = await find(`${'x'.repeat(maxCsvHeaderBytes)}\na\n`);
  expect(others).toEqual([]);
  expect(record?.bytes?.toString()).toBe('a');
  expect(record?.header?.bytes).toHaveLength(maxCsvHeaderBytes);
});

test('a header goes on until each of its quotes is closed, wherever one opens', async () => {
  const [record, ...others] = await find('te"xt\nmore",b\nrow,x\n');
  expect(others).toEqual([]);
  expect(record?.bytes?.toString()).toBe('row,x');
  expect(record?.header?.bytes.toString()).toBe('te"xt\nmore",b');
});

const header = Buffer.from('id,text,note');
test.each([
  ['7,Hello,', {}, { status: 'usable', id: '7', text: 'Hello', members: { id: '7', text: 'Hello', note: '' } }],
  [',Hello,x', {}, { status: 'usable', id: null, text: 'Hello' }],
  ['7,Hello,x', { textColumn: 'note', idColumn: 'text' }, { status: 'usable', id: 'Hello', text: 'x' }],
  ['7,Hello', {}, { status: 'unusable', id: null, problem: 'has 2 fields where the header has 3' }],
  ['7,Hello,x,y', {}, { status: 'unusable', problem: 'has 4 fields where the header has 3' }],
  ['7,"Hello,x', {}, { status: 'unusable', problem: 'has a quote that is not closed' }],
  [
    '"a\nb",Hello,x',
    {},
    {
      status: 'unusable',
      id: null,
      members: { id: 'a\nb', text: 'Hello', note: 'x' },
      problem: 'has as `id` no usable string',
    },
  ],
  ['7,Hello,x', { textColumn: 'body' }, { status: 'unusable', id: '7', problem: 'has no column `body`' }],
])('the record %j is read with %j', (record, fields, wanted) => {
  expect(parseCsvRecord(header, Buffer.from(record), fields)).toMatchObject(wanted);
});

test('a header without a column of ids gives none', () => {
  expect(parseCsvRecord(Buffer.from('text,note'), Buffer.from('Hello,x'), {})).toMatchObject({
    id: null,
    text: 'Hello',
  });
});

test('a record of nothing has one empty field', () => {
  expect(parseCsvRecord(Buffer.from('text'), Buffer.alloc(0), {})).toMatchObject({ status: 'usable', text: '' });
});

test('a header with a quote that is not closed leaves no record usable', () => {
  const problem = 'has a quote that is not closed';
  expect(parseCsvRecord(Buffer.from('"id,text'), Buffer.from('7,Hello'), {})).toEqual({
    status: 'unusable',
    id: null,
    members: {},
    problem,
  });
});

test('a column may be called `__proto__` without touching any prototype', () => {
  const { members } = parseCsvRecord(Buffer.from('text,__proto__'), Buffer.from('t,polluted'), {});
  expect(Object.entries(members)).toEqual([
    ['text', 't'],
    ['__proto__', 'polluted'],
  ]);
  expect(Object.getPrototypeOf(members)).toBe(Object.prototype);
});

test('bytes that are not UTF-8 make a record lossy', () => {
  const bytes = Buffer.from('7,caf\xe9,x', 'latin1');
  expect(parseCsvRecord(header, bytes, {})).toMatchObject({ text: 'caf\ufffd', lossy: true });
});
