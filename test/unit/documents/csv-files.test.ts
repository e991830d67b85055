import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import type { RecordFields } from '../../../schemas/run.ts';
import { findDocuments, openInputs } from '../../../src/documents/find-documents.ts';
import { openParser } from '../../../src/documents/parse-apart/open-parser.ts';
import { readDocument } from '../../../src/documents/read-document.ts';
import { createTemporaryFiles, streamOf } from './temporary-files.ts';

type Files = Readonly<Record<string, string | Uint8Array>>;
type Options = { readonly records?: RecordFields; readonly keep?: readonly string[]; readonly stdin?: string };

/** Every document of some files with what is read of it, `between` planning and reading. */
async function readAll(
  files: Files,
  { records = {}, keep = [], stdin }: Options,
  between?: (place: Awaited<ReturnType<typeof createTemporaryFiles>>) => Promise<unknown>,
) {
  await using place = await createTemporaryFiles(files);
  const reading = { records, keep };
  const given = stdin === undefined ? [place.directory] : ['-'];
  await using inputs = await openInputs(given, { storeDirectory: null, reading, stdin: streamOf(stdin ?? '') });
  const found = [];
  for await (const document of findDocuments(inputs)) found.push(document);
  await between?.(place);
  await using parser = openParser();
  const read = [];
  for (const document of found)
    read.push({ id: document.id, ...(await readDocument(document, { roots: inputs.roots, reading, parser })) });
  return read;
}

async function outcomes(...args: Parameters<typeof readAll>): Promise<string[][]> {
  return (await readAll(...args)).map((read) => [
    read.id,
    read.status === 'read' ? read.document.text : `${read.error.code}: ${read.error.message}`,
  ]);
}

const tickets = 'id,subject,text\n17,Parcel,"Where is it?\nIt is late."\n,Bill,"So ""high""?"\n19,None,\n20,"Broken\n';

test('every row of a CSV file is a document of its column `text`, with its own id or its number', async () => {
  expect(await outcomes({ 'tickets.csv': tickets }, {})).toEqual([
    ['17', 'Where is it?\nIt is late.'],
    ['tickets.csv#2', 'So "high"?'],
    ['19', 'EMPTY: The document holds no text.'],
    ['tickets.csv#4', 'INVALID_RECORD: The record has a quote that is not closed.'],
  ]);
});

test('other columns can be text and id, and any can be kept', async () => {
  const records = { textColumn: 'subject', idColumn: 'text' };
  const [first, , third] = await readAll(
    { 'x.tsv': 'subject\ttext\tn\nA\tone\t1\nB\ttwo\t2\n\tthree\t3\n' },
    { records, keep: ['n', 'x'] },
  );
  expect(first).toMatchObject({ id: 'one', document: { text: 'A', keep: { n: '1' } } });
  expect(third).toMatchObject({ id: 'three', error: { code: 'EMPTY' }, keep: { n: '3' } });
});

test('a file without a column of text is refused where none was named, and its rows are where one was', async () => {
  const files = { 'a.csv': 'subject\nHello\n', 'b.csv': 'body\nHello\n' };
  const refused = outcomes(files, {});
  await expect(refused).rejects.toMatchObject({ code: 'USAGE' });
  await expect(refused).rejects.toThrow('`a.csv`');
  expect(await outcomes(files, { records: { textColumn: 'body' } })).toEqual([
    ['a.csv#1', 'INVALID_RECORD: The record has no column `body`.'],
    ['b.csv#1', 'Hello'],
  ]);
});

test('rows of a file whose header or row changed are not the planned ones', async () => {
  const files = { 'a.csv': 'text,n\nHello,1\nthere,2\n', 'b.csv': 'text,n\nHello,1\nthere,2\n' };
  const changed = await outcomes(files, {}, async (place) => {
    await place.write('a.csv', 'n,text\nHello,1\nthere,2\n');
    await place.write('b.csv', 'text,n\nHello,1\nTHERE,2\n');
  });
  const codes = changed.map(([id, outcome = '']) => [id, outcome.split(':')[0]]);
  expect(codes).toEqual([
    ['a.csv#1', 'CHANGED'],
    ['a.csv#2', 'CHANGED'],
    ['b.csv#1', 'Hello'],
    ['b.csv#2', 'CHANGED'],
  ]);
});

test('rows have at most 8 MiB, and a file whose first line is longer than a header may be is one document', async () => {
  const long = 'x'.repeat(8 * 1024 * 1024 + 1);
  const files = {
    'a.csv': `text\none\n${long}\n"two"\n`,
    'b.csv': `${long}\none\n`,
    'c.csv': `${'x'.repeat(70_000)}\none\n`,
  };
  const read = await outcomes(files, { records: { textColumn: 'text' } });
  expect(read.map(([id, outcome = '']) => [id, outcome.slice(0, 14)])).toEqual([
    ['a.csv#1', 'one'],
    ['a.csv#2', 'TOO_LARGE: The'],
    ['a.csv#3', 'two'],
    ['b.csv#1', 'TOO_LARGE: The'],
    ['c.csv#1', 'INVALID_RECORD'],
  ]);
});

test('stdin is read as CSV where a column of text is named', async () => {
  const stdin = 'id,body\n1,Hello\n2,there\n';
  expect(await outcomes({}, { stdin, records: { textColumn: 'body' } })).toEqual([
    ['1', 'Hello'],
    ['2', 'there'],
  ]);
  expect(await outcomes({}, { stdin })).toEqual([['stdin', stdin]]);
});

const data = process.env['DOCMILL_TEST_DATA'];

test.skipIf(data === undefined)('the files of csv-spectrum are read as it says', async () => {
  const folder = join(data ?? '', 'csv_spectrum');
  const names = await readdir(join(folder, 'csvs'));
  expect(names).toHaveLength(12);
  for (const name of names) {
    const json: unknown = JSON.parse(await readFile(join(folder, 'json', name.replace('.csv', '.json')), 'utf8'));
    // A file of one row stands there as that row.
    const rows = z.array(z.record(z.string(), z.string())).parse(Array.isArray(json) ? json : [json]);
    const keep = Object.keys(rows[0] ?? {});
    // The files are kept with other line ends than their names say.
    const text = await readFile(join(folder, 'csvs', name), 'latin1');
    const bytes = Buffer.from(name.includes('crlf') ? text.replaceAll(/\r?\n/g, '\r\n') : text, 'latin1');
    const read = await readAll({ [name]: bytes }, { records: { textColumn: keep[0] ?? '' }, keep });
    const kept = read.map((one) => (one.status === 'read' ? one.document.keep : one.keep));
    // Of one telephone number file and expectation say different ones.
    const withoutPhone = (row: object | undefined) => ({ ...row, 'Contact Phone Number': undefined });
    expect(kept.map(withoutPhone)).toEqual(rows.map(withoutPhone));
  }
});
