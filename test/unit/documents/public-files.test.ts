import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { detectFormat } from '../../../src/documents/formats/detect-format.ts';
import type { ReadResult } from '../../../src/documents/document.ts';
import { openParser } from '../../../src/documents/parse-apart/open-parser.ts';
import { readTextFile } from '../../../src/documents/read-document.ts';
import { buildDocx, wordParagraph } from '../../support/docx.ts';
import { parserProcesses, tellsProcesses } from '../../support/parser-processes.ts';

const data = process.env['DOCMILL_TEST_DATA'] ?? '';
const parser = openParser();
afterAll(() => parser[Symbol.asyncDispose]());

const peaks: number[] = [];
afterEach(() => {
  if (tellsProcesses) peaks.push(...parserProcesses().map(({ peakMb }) => peakMb));
});

const pdfListSchema = z.object({
  data: z.array(z.object({ path: z.string(), pages: z.number(), encrypted: z.boolean() })),
});
const invoiceSchema = z.object({ file: z.string(), gold: z.object({ invoice_number: z.string() }) });

const filesOf = (pattern: string) => globSync(pattern, { cwd: data }).sort();
const read = (file: string) => readTextFile(join(data, file), parser);

function outcomeOf(result: ReadResult): string {
  return result.status === 'read' ? 'read' : result.error.code;
}

function wordsOf(text: string): string[] {
  return text.match(/[\p{L}\p{N}]+/gu) ?? [];
}

describe.skipIf(data === '')('public files', { timeout: 180_000 }, () => {
  test('each PDF has its pages, unless it is encrypted or holds only pictures [F24]', async () => {
    const listed = pdfListSchema.parse(JSON.parse(readFileSync(join(data, 'pdf_samples/files.json'), 'utf8')));
    const scans = ['grayscale-image', 'imagemagick-ASCII85Decode', 'imagemagick-CCITTFaxDecode', 'imagemagick-lzw'];
    const files = filesOf('pdf_samples/*/*.pdf');
    expect(files).toHaveLength(27);
    for (const file of files) {
      const result = await read(file);
      const entry = listed.data.find(({ path }) => file.endsWith(path));
      const scan = scans.some((name) => file.includes(name));
      const wanted = entry?.encrypted === true ? 'ENCRYPTED' : scan ? 'NO_TEXT_LAYER' : 'read';
      const pages = result.status === 'read' ? result.document.pageStarts?.length : entry?.pages;
      expect([file, outcomeOf(result), pages]).toEqual([file, wanted, entry?.pages]);
    }
  });

  test('each invoice holds its number, in PDF and in text', async () => {
    const lines = readFileSync(join(data, 'invoices_pdf/gold.jsonl'), 'utf8').trim().split('\n');
    const gold = lines.map((line) => invoiceSchema.parse(JSON.parse(line)));
    expect(gold).toHaveLength(12);
    for (const { file, gold: answer } of gold) {
      const result = await read(join('invoices_pdf', file));
      const text = result.status === 'read' ? result.document.text : result.error.code;
      expect([file, text.includes(answer.invoice_number.replace('#', ''))]).toEqual([file, true]);
    }
  });

  test('each web page gives its main text and no script [F23]', async () => {
    const pages = filesOf('html_pages/*/source.html');
    expect(pages).toHaveLength(35);
    for (const page of pages) {
      const source = readFileSync(join(data, page));
      expect([page, detectFormat(source)]).toEqual([page, 'html']);
      const result = await read(page);
      const text = result.status === 'read' ? result.document.text : result.error.code;
      const main = await parser.parse('html', readFileSync(join(data, page.replace('source', 'expected'))));
      const wanted = main.status === 'read' ? wordsOf(main.document.text) : [];
      const found = new Set(wordsOf(text));
      // Words of a language without spaces depend on where lines end.
      const share = wanted.filter((word) => found.has(word)).length / wanted.length;
      expect([page, share > 0.85]).toEqual([page, true]);
      expect([page, /function ?\(|<script|document\.write/.test(text)]).toEqual([
        page,
        /function ?\(/.test(main.status === 'read' ? main.document.text : ''),
      ]);
    }
  });

  test('each mail is read with its subject', async () => {
    const mails = filesOf('eml_samples/*.eml');
    expect(mails).toHaveLength(10);
    for (const mail of mails) {
      const result = await read(mail);
      expect([mail, outcomeOf(result)]).toEqual([mail, 'read']);
      const subject = /^Subject: ([\x20-\x7e]{1,40})/m.exec(
        readFileSync(join(data, mail), 'latin1').slice(0, 5000),
      )?.[1];
      if (subject === undefined || subject.includes('=?')) continue;
      expect(result).toMatchObject({ document: { text: expect.stringContaining(subject) as unknown } });
    }
  });

  test('each naughty string comes through as it is, alone, in a page and in a Word document [F22]', async () => {
    const strings = z
      .array(z.string())
      .parse(JSON.parse(readFileSync(join(data, 'naughty_strings/blns.json'), 'utf8')));
    expect(strings.length).toBeGreaterThan(500);
    const escaped = (text: string) =>
      // XML and HTML do not know these characters.
      text
        .replaceAll(/[\p{Cc}\ufffe\uffff]/gu, ' ')
        .replaceAll('&', '&amp;')
        .replaceAll('<', '&lt;');
    const shown = (text: string) => wordsOf(text.replaceAll(/[\p{Cc}\ufffe\uffff]/gu, ' ')).join(' ');
    const readable = strings.filter((text) => shown(text) !== '');
    const page = await parser.parse(
      'html',
      Buffer.from(`<html>${readable.map((text) => `<p>${escaped(text)}</p>`).join('\n')}`),
    );
    const word = await parser.parse('docx', buildDocx(readable.map((text) => wordParagraph(escaped(text))).join('')));
    for (const result of [page, word]) {
      const text = result.status === 'read' ? result.document.text : result.error.code;
      expect(wordsOf(text).join(' ')).toBe(readable.map(shown).join(' '));
    }
  });

  test('each file of the JSON suite has one outcome, and is read wherever it is text [F8]', async () => {
    const files = filesOf('json_test_suite/test_*/*.json');
    expect(files).toHaveLength(340);
    const outcomes = new Set<string>();
    for (const file of files) outcomes.add(outcomeOf(await read(file)));
    expect([...outcomes].sort()).toEqual(['BINARY', 'EMPTY', 'read']);
  });

  test.runIf(tellsProcesses)('none of the processes that parsed these took more than 300 MB', () => {
    expect(peaks.length).toBeGreaterThan(3);
    expect(Math.max(...peaks)).toBeLessThan(300);
  });
});
