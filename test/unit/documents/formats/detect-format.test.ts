import { expect, test } from 'vitest';
import { buildPdf } from '../../../support/build-pdf.ts';
import { buildDocx } from '../../../support/docx.ts';
import { makeZip } from '../../../support/zip.ts';
import { detectFormat } from '../../../../src/documents/formats/detect-format.ts';

test.each([
  '<!DOCTYPE html><p>x',
  '\ufeff <!doctype\nhtml>',
  '<html lang="en">',
  '<HTML>',
  '<head><title>x',
  '<body class=a>',
  '<?xml version="1.0" encoding="utf-8"?>\n<!-- one -- two --><!-- three -->\n<html xmlns="http://www.w3.org/1999/xhtml">',
])('a whole page is HTML: %j', (start) => {
  expect(detectFormat(Buffer.from(start))).toBe('html');
  expect(detectFormat(Buffer.from(start, 'utf16le'))).toBe('html');
});

test('a PDF, a Word document and other archives are told apart by what is in them', () => {
  expect(detectFormat(buildPdf(['x']))).toBe('pdf');
  expect(detectFormat(Buffer.concat([Buffer.from('\ufeff\r\n'), buildPdf(['x'])]))).toBe('pdf');
  expect(detectFormat(Buffer.from('see %PDF-1.4'))).toBe('text');
  const docx = buildDocx('');
  expect(detectFormat(docx)).toBe('docx');
  expect(detectFormat(docx.subarray(0, -20))).toBe('text');
  expect(detectFormat(makeZip([{ name: 'xl/workbook.xml', content: 'word/document.xml' }]))).toBe('text');
  expect(detectFormat(Buffer.from('PK\x03\x04PK\x05\x06'))).toBe('text');
});

test.each([
  'Received: from a\r\n by b\r\nFrom: a@b.c\r\n\r\nbody',
  'From someone Mon Jan 1\nX-A: 1\nFrom : a@b.c\nMessage-ID: <1@2>\n\nbody',
  'Content-Type: multipart/mixed;\n\tboundary="x"\n\n--x',
  'from: a@b.c\nmime-version: 1.0',
])('a mail begins with fields that programs write: %j', (start) => {
  expect(detectFormat(Buffer.from(start))).toBe('eml');
});

test('a mailbox of several mails is text, since as a mail it would lose all but the first', () => {
  const mail = 'From someone Mon Jan  1 00:00:00 2024\nFrom: a@b.c\nMessage-ID: <1@2>\n\nFrom here\n\n';
  expect(detectFormat(Buffer.from(mail))).toBe('eml');
  expect(detectFormat(Buffer.from(mail + mail))).toBe('text');
  expect(detectFormat(Buffer.from((mail + mail).replaceAll('\n', '\r\n')))).toBe('text');
});

test.each([
  'From: Ann\nTo: Bob\nSubject: lunch\nDate: today\n\nHi',
  'Dear all,\nFrom: a@b.c\nMIME-Version: 1.0\n\nbody',
  'HTTP/1.1 200 OK\nContent-Type: text/plain\nFrom: a',
  'Content-Type: text/plain\n\nFrom: a',
  'Name: x\n\nReceived: a\nFrom: b',
])('a text that only looks a little like a mail is text: %j', (start) => {
  expect(detectFormat(Buffer.from(start))).toBe('text');
});

test.each([
  '',
  ' ',
  '# Title\n<html>',
  '<p align="center">Markdown often begins so</p>\n\n# Title',
  '<!-- a comment --> text <html>',
  '<!-- never closed <html>',
  '<htmlx>',
  '<header>',
  '<?xml version="1.0"?><invoice/>',
])('what is no whole page is text: %j', (start) => {
  expect(detectFormat(Buffer.from(start))).toBe('text');
});

test('looking for the format takes no longer for hostile beginnings', () => {
  // Each of these makes a careless expression try its way through all splits of the text.
  for (const piece of ['A: b\n', ' :', '<!--', '<!---->', ' ', '<?xml >', '<!-', '<?xml']) {
    expect(detectFormat(Buffer.from(piece.repeat(1_000_000)))).toBe('text');
  }
});
