import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findRecords } from '../../../src/documents/find-records.ts';
import { sha256Of } from '../../../src/sha256.ts';
import { maxDocumentBytes } from '../../../src/documents/limits.ts';
import { streamOf } from './temporary-files.ts';

async function recordsOf(file: Buffer, cuts: readonly number[] = []) {
  const ends = [...new Set([...cuts.map((cut) => cut % (file.length + 1)), file.length])].sort((a, b) => a - b);
  const pieces = ends.map((end, index) => file.subarray(ends[index - 1] ?? 0, end));
  const records = [];
  for await (const { bytes, ...record } of findRecords(streamOf(...pieces))) {
    records.push({ ...record, text: bytes?.toString() ?? null });
  }
  return records;
}

test('a record is the bytes its offset and length name, however the file arrives [F5]', async () => {
  const line = fc.constantFrom('', ' ', '\t', '{"a":1}', '{"b":"\u2028 ä"}', 'x', '{"c":"\u0085"}');
  const file = fc.array(fc.tuple(line, fc.constantFrom('\n', '\r\n')), { maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(file, fc.boolean(), fc.boolean(), fc.array(fc.nat()), async (lines, mark, open, cuts) => {
      const text = (mark ? '\ufeff' : '') + lines.flat().join('') + (open ? '{"last":1}' : '');
      const bytes = Buffer.from(text);
      const records = await recordsOf(bytes, cuts);
      const expected = lines.map(([content]) => content).filter((content) => content.trim() !== '');
      expect(records.map((record) => record.text)).toEqual(open ? [...expected, '{"last":1}'] : expected);
      for (const { offset, length, sha256, text } of records) {
        const slice = bytes.subarray(offset, offset + length);
        expect(slice.toString()).toBe(text);
        expect(sha256).toBe(sha256Of(slice));
      }
    }),
  );
});

test('a byte order mark is skipped at the start of the file and nowhere else [F4]', async () => {
  const records = await recordsOf(Buffer.from('\ufeff1\n\ufeff2\n'));
  expect(records.map(({ offset, text }) => [offset, text])).toEqual([
    [3, '1'],
    [5, '\ufeff2'],
  ]);
});

test('a line that is too long is hashed in full but not held, and the lines around it are found [F6]', async () => {
  const long = Buffer.alloc(maxDocumentBytes + 1, 'x');
  const file = Buffer.concat([Buffer.from('{"a":1}\n'), long, Buffer.from('\n{"b":2}\n')]);
  const records = await recordsOf(file, [1000, maxDocumentBytes - 5]);
  expect(records.map(({ offset, length, text }) => [offset, length, text])).toEqual([
    [0, 7, '{"a":1}'],
    [8, long.length, null],
    [long.length + 9, 7, '{"b":2}'],
  ]);
  expect(records[1]?.sha256).toBe(sha256Of(long));
});

test('a line of exactly the largest size is held', async () => {
  const [record] = await recordsOf(Buffer.alloc(maxDocumentBytes, 'x'), [1000]);
  expect(record?.text?.length).toBe(maxDocumentBytes);
});
