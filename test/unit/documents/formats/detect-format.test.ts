import { expect, test } from 'vitest';
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
  for (const piece of ['<!--', '<!---->', ' ', '<?xml >', '<!-', '<?xml']) {
    expect(detectFormat(Buffer.from(piece.repeat(1_000_000)))).toBe('text');
  }
});
