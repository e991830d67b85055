import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pathFromId, toDocumentId } from '../../../src/documents/id.ts';

/** Bytes that make valid, broken and special UTF-8 likely. */
const pathBytes = fc
  .array(
    fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 4 }),
      fc.string({ unit: 'grapheme' }).map((text) => Buffer.from(text)),
      fc
        .constantFrom('%', '#', '%41', '%C3%A4', 'ä', '\u0085', '\u{feff}', '\u{1f600}', '\n')
        .map((text) => Buffer.from(text)),
    ),
    { maxLength: 8 },
  )
  .map((pieces) => Buffer.concat(pieces));

const idOf = (bytes: Buffer) => toDocumentId(bytes.toString('latin1'));

test('the path is found again from the id, so no two paths have the same id', () => {
  fc.assert(
    fc.property(pathBytes, (bytes) => {
      expect(pathFromId(idOf(bytes)).equals(bytes)).toBe(true);
    }),
    { numRuns: 1000 },
  );
});

test('an id is well-formed text without control characters and without `#`', () => {
  fc.assert(
    fc.property(pathBytes, (bytes) => {
      const id = idOf(bytes);
      expect(id.isWellFormed()).toBe(true);
      expect(id).not.toMatch(/[\p{Cc}#]/u);
    }),
    { numRuns: 1000 },
  );
});

test.each([
  ['invoices/0001.txt', 'invoices/0001.txt'],
  ['Grüße/報告 😀.txt', 'Grüße/報告 😀.txt'],
  ['50%#1.txt', '50%25%231.txt'],
  ['a\nb\u007f\u0085', 'a%0Ab%7F%C2%85'],
  ['\ufeffbom', '\ufeffbom'],
])('the path %j has the id %j', (path, id) => {
  expect(idOf(Buffer.from(path))).toBe(id);
});

test('bytes that are not UTF-8 are percent-encoded one by one [F20]', () => {
  expect(toDocumentId('caf\xe9')).toBe('caf%E9');
  expect(toDocumentId('\xed\xa0\x80 \xc0\xaf \xf4\x90\x80\x80')).toBe('%ED%A0%80 %C0%AF %F4%90%80%80');
});
