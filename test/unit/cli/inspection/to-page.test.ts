import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { JsonObject } from '../../../../schemas/json.ts';
import type { Inspection } from '../../../../src/cli/inspection/inspection.ts';
import { toPage } from '../../../../src/cli/inspection/to-page.ts';
import { toReadable } from '../../../../src/cli/terminal-text.ts';
import { anInspection } from './an-inspection.ts';

const verbatim: JsonObject = { type: 'string', 'x-docmill': { verbatim: true } };

const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '<script>alert(1)</script>',
        '</pre>',
        '</style>',
        '<!--',
        ']]>',
        '"onload="',
        "'",
        '&lt;',
        '&#60;',
        '<img src=x onerror=alert(2)>',
        '<base href="//evil.example">',
        '\u202e',
        '\0',
        '\ud800',
        '\r\n',
      ),
      fc.string({ unit: 'grapheme', maxLength: 4 }),
    ),
    { minLength: 1, maxLength: 8 },
  )
  .map((parts) => parts.join(''));

/** The document, its file name, a value, a label and a field name are all `source`. */
function inspectionOf(source: string): Inspection {
  const name = `f${source.replaceAll(/["\\\p{Cc}]/gu, '')}`;
  const properties = { [name]: verbatim, kind: { enum: ['label', source] } };
  const pointer = `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  const inspection = anInspection(source, properties, {
    answer: { [name]: source, kind: 'label' },
    confidence: { [pointer]: 0.5, '/kind': 0.6 },
    labels: { '/kind': { label: 0.6, [source]: 0.4 } },
    spans: { [pointer]: { start: 0, end: source.length, text: source } },
  });
  return { ...inspection, file: source, model: source };
}

const tagsOf = (page: string): string[] =>
  [...page.matchAll(/<[^>]*>/g)].map(([tag]) => tag.replaceAll(/"[^"]*"/g, '""'));

test('whatever a document holds, the page has the same tags as for a harmless one', () => {
  const expected = tagsOf(toPage(inspectionOf('harmless')));
  expect(expected.join('')).not.toMatch(/<script|<img|<link|<iframe| on[a-z]+=/);
  fc.assert(
    fc.property(hostile, (source) => {
      fc.pre(!['', 'label'].includes(source) && source.isWellFormed());
      expect(tagsOf(toPage(inspectionOf(source)))).toEqual(expected);
    }),
    { numRuns: 300 },
  );
});

test('the text of the page is the text of the document', () => {
  fc.assert(
    fc.property(hostile, (source) => {
      fc.pre(source.isWellFormed());
      const [, body = ''] = /<pre dir="auto">\n([^]*?)<\/pre>/.exec(toPage(inspectionOf(source))) ?? [];
      // The only digits between tags are the marks' numbers.
      const text = body.replaceAll(/<a [^>]*>\d+<\/a>/g, '').replaceAll(/<[^>]*>/g, '');
      const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };
      const read = text.replaceAll(/&([^;]+);/g, (_, name: string) => entities[name] ?? '');
      expect(read).toBe(toReadable(source));
    }),
    { numRuns: 300 },
  );
});

test('the page loads nothing, runs nothing and forbids both', () => {
  const page = toPage(inspectionOf('harmless'));
  expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
  expect(page).not.toMatch(/ src=|<script|url\(|@import|https?:/);
});

test('every mark in the text leads to its row and back', () => {
  const spans = { '/a': { start: 0, end: 7 }, '/b': { start: 4, end: 11 }, '/c': { start: 4, end: 7 } };
  const answer = { a: 'one two', b: 'two six', c: 'two' };
  const confidence = { '/a': 1, '/b': 1, '/c': 1 };
  const page = toPage(
    anInspection('one two six', { a: verbatim, b: verbatim, c: verbatim }, { answer, confidence, spans }),
  );
  const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
  expect(new Set(ids).size).toBe(ids.length);
  const targets = [...page.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id);
  expect(new Set(targets)).toEqual(new Set(['f1', 'f2', 'f3', 'm1', 'm2', 'm3']));
  expect(new Set(ids).isSupersetOf(new Set(targets))).toBe(true);
});

test('a document that failed says why, in place of an answer', () => {
  const failed = inspectionOf('x');
  const error = { code: 'TOO_LONG', message: 'The <document> is too long.' };
  const page = toPage({ ...failed, answered: { ...failed.answered, line: { id: 'x', status: 'failed', error } } });
  expect(page).toContain('failed: TOO_LONG</span> The &lt;document&gt; is too long.');
  expect(page).not.toContain('<meter');
});
