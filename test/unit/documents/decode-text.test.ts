import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkText, decodeText } from '../../../src/documents/decode-text.ts';

function outcomeOf(bytes: Uint8Array): string {
  const result = decodeText(bytes);
  return result.status === 'refused' ? result.error.code : [result.document.text, ...result.document.flags].join('|');
}

const latin1 = (text: string) => Buffer.from(text, 'latin1');
const utf16be = (text: string) => Buffer.from(text, 'utf16le').swap16();

test.each([
  ['UTF-8', Buffer.from('Grüße 😀\r\n'), 'Grüße 😀\r\n'],
  ['UTF-8 with a mark', Buffer.from('\ufeffGrüße'), 'Grüße'],
  ['UTF-8 with two marks', Buffer.from('\ufeff\ufeffGrüße'), '\ufeffGrüße'],
  ['UTF-16 LE with a mark', Buffer.from('\ufeffGrüße 报告', 'utf16le'), 'Grüße 报告'],
  ['UTF-16 BE with a mark', utf16be('\ufeffGrüße 报告'), 'Grüße 报告'],
  ['UTF-16 LE without a mark', Buffer.from('Invoice 17', 'utf16le'), 'Invoice 17'],
  ['UTF-16 BE without a mark', utf16be('Invoice 17'), 'Invoice 17'],
  ['UTF-16 with half a pair', Buffer.from('\ufeffAB\ud83dC', 'utf16le'), 'AB\ufffdC|lossy'],
  ['UTF-16 with a byte too many', Buffer.concat([Buffer.from('\ufeffABC', 'utf16le'), latin1('x')]), 'ABC\ufffd|lossy'],
  ['Windows-1252', latin1('Rechnung f\xfcr M\xfcller'), 'Rechnung f\ufffdr M\ufffdller|lossy'],
  ['UTF-16 of which a quarter is NUL', Buffer.from('AB报告', 'utf16le'), 'AB报告'],
  ['UTF-16 without a mark with a byte too many', Buffer.from('A\0B\0C'), 'BINARY'],
  ['NUL bytes at even and odd places', Buffer.from('A\0\0B'), 'BINARY'],
  ['the first byte of a mark of UTF-16 LE alone', latin1('\xffabcde'), '\ufffdabcde|lossy'],
  ['the second byte of a mark of UTF-16 LE alone', latin1('a\xfebcde'), 'a\ufffdbcde|lossy'],
  ['the first byte of a mark of UTF-16 BE alone', latin1('\xfeabcde'), '\ufffdabcde|lossy'],
  ['the second byte of a mark of UTF-16 BE alone', latin1('a\xffbcde'), 'a\ufffdbcde|lossy'],
  ['the first and second byte of a mark of UTF-8', latin1('\xef\xbbabcdef'), '\ufffdabcdef|lossy'],
  ['the first byte of a mark of UTF-8 alone', latin1('\xefabcdef'), '\ufffdabcdef|lossy'],
  ['the second and third byte of a mark of UTF-8', latin1('a\xbb\xbfbcdefgh'), 'a\ufffd\ufffdbcdefgh|lossy'],
  ['U+FFFD that was there before', Buffer.from('a\ufffdbcdef'), 'a\ufffdbcdef'],
  ['coloured logs', Buffer.from('\u001b[31mE\u001b[0m'), '\u001b[31mE\u001b[0m'],
  ['no bytes', Buffer.alloc(0), 'EMPTY'],
  ['white space', Buffer.from('\ufeff \r\n\t\u00a0\u3000'), 'EMPTY'],
  ['text with a NUL', Buffer.from('invoice\0seventeen'), 'BINARY'],
  ['UTF-32', Buffer.from('fffe0000410000004200000043000000', 'hex'), 'BINARY'],
  ['a PDF', Buffer.from('%PDF-1.7\nall ASCII'), 'BINARY'],
  ['a ZIP', Buffer.from('PK\x03\x04all ASCII'), 'BINARY'],
  ['gzip', latin1('\x1f\x8b\x08 all ASCII'), 'BINARY'],
  ['a PNG', latin1('\x89PNG\r\n\x1a\n all ASCII'), 'BINARY'],
  ['mostly control characters', Buffer.from('ab\x01\x02\x03'), 'BINARY'],
  ['the first and the last control characters', Buffer.from('a\x01\x08'), 'BINARY'],
  ['control characters around escape', Buffer.from('a\x0e\x1a\x1c\x1f'), 'BINARY'],
  ['mostly DEL', Buffer.from('a\x7f\x7f'), 'BINARY'],
  ['three control characters in ten', Buffer.from('abcdefg\x01\x02\x03'), 'abcdefg\x01\x02\x03'],
  ['mostly tabs', Buffer.from('a\t\t\tb'), 'a\t\t\tb'],
  ['mostly line ends of all kinds', Buffer.from('a\n\v\f\rb\r'), 'a\n\v\f\rb\r'],
  ['mostly escapes', Buffer.from('a\x1b\x1b'), 'a\x1b\x1b'],
  ['Cyrillic in KOI8-R', latin1('\xf0\xd2\xc9\xd7\xc5\xd4, \xcd\xc9\xd2'), 'BINARY'],
])('%s is read as expected', (_name, bytes, expected) => {
  expect(outcomeOf(bytes)).toBe(expected);
});

test('whatever the bytes, the text is well-formed, and unflagged text holds what the bytes said [F3] [F21]', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array(),
        fc.string({ unit: 'grapheme' }).map((text) => Buffer.from(text)),
      ),
      (bytes) => {
        const result = decodeText(bytes);
        if (result.status === 'refused') return;
        expect(result.document.text.isWellFormed()).toBe(true);
        if (result.document.flags.length > 0) return;
        const encodings = ['', '\ufeff'].flatMap((mark) => {
          const text = mark + result.document.text;
          return [Buffer.from(text), Buffer.from(text, 'utf16le'), utf16be(text)];
        });
        expect(encodings.some((encoded) => encoded.equals(bytes))).toBe(true);
      },
    ),
    { numRuns: 300 },
  );
});

test('a lone surrogate in a string becomes U+FFFD and is flagged [F21]', () => {
  expect(checkText('a\ud800b\u{1f600}')).toEqual({
    status: 'read',
    document: { text: 'a\ufffdb\u{1f600}', flags: ['lossy'] },
  });
});

test('a string that was read with losses is flagged once', () => {
  expect(checkText('abc\ud800def', ['lossy'])).toMatchObject({ document: { flags: ['lossy'] } });
});

test.each([
  ['EMPTY', '  ', 'The document holds no text.'],
  ['BINARY', 'a\0', 'The document is not text in UTF-8 or UTF-16; convert it first.'],
] as const)('%s is said in a sentence', (code, text, message) => {
  expect(checkText(text)).toEqual({ status: 'refused', error: { code, message } });
});

/** Long enough for its letters to tell their code page. */
const german =
  'Die Rechnung für die Bäckerei Müller über 1.200 Euro ist am zwölften März fällig, spätestens jedoch bald. ';
const broken = Buffer.from([0xe4]);

test('text of a code page is read in it, and flagged', () => {
  const text = german.repeat(3);
  expect(decodeText(latin1(text))).toEqual({ status: 'read', document: { text, flags: ['guessed-encoding'] } });
});

const { DOCMILL_TEST_DATA } = process.env;

/** As the WHATWG calls what the gold names; of Mac code pages the detector knows none. */
const labels: Readonly<Record<string, string>> = {
  utf_8: 'utf-8',
  'utf_8 (BOM)': 'utf-8',
  big5: 'big5',
  cp949: 'euc-kr',
  cp1252: 'windows-1252',
  cp1253: 'windows-1253',
  cp1254: 'windows-1254',
  cp1255: 'windows-1255',
  cp1256: 'windows-1256',
};

test.skipIf(DOCMILL_TEST_DATA === undefined)(
  'real files are read in their encoding, guessed ones with the flag',
  () => {
    const folder = join(DOCMILL_TEST_DATA ?? '', 'encodings');
    const gold = [
      ...readFileSync(join(folder, 'gold.jsonl'), 'utf8').matchAll(/"file": "(.+?)".*"encoding": "(.+?)"/g),
    ];
    expect(gold).toHaveLength(18);
    for (const [, file = '', encoding = ''] of gold) {
      const bytes = readFileSync(join(folder, file));
      const label = labels[encoding];
      const flags = label === 'utf-8' ? [] : ['guessed-encoding'];
      const text = new TextDecoder(label).decode(bytes);
      const read = { status: 'read', document: { text, flags } };
      // Hardly a letter of it is left in UTF-8.
      const refused = { status: 'refused', error: { code: 'BINARY' } };
      expect([file, decodeText(bytes)]).toMatchObject([file, label === undefined ? refused : read]);
    }
  },
);

test.each([
  ['too little of it', Buffer.from('Gr\xfc\xdfe aus K\xf6ln', 'latin1')],
  [
    'UTF-8 with a broken byte at its end',
    Buffer.concat([Buffer.from('Grüße aus Köln und Übersee, schöne Ähren. '.repeat(9)), broken]),
  ],
  [
    'UTF-8 with a broken byte in the middle',
    Buffer.concat([Buffer.from(german), broken, Buffer.from(german.repeat(3))]),
  ],
  ['text behind a mark of UTF-8', Buffer.concat([Buffer.from('\ufeff'), latin1(german.repeat(3))])],
  ['UTF-16 with half a pair', Buffer.from(`${german}\ud83d${german}`, 'utf16le')],
  ['letters that mean nothing', Buffer.from('\x81\x8d\x8f\x90\x9d words of plain text '.repeat(20), 'latin1')],
])('the encoding of text is not guessed from %s', (_what, bytes) => {
  expect(decodeText(bytes)).toMatchObject({ status: 'read', document: { flags: ['lossy'] } });
});
