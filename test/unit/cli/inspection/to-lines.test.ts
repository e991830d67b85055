import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../../schemas/json.ts';
import { toLines } from '../../../../src/cli/inspection/to-lines.ts';
import { anInspection } from './an-inspection.ts';

const PLAIN = { width: 80, coloured: false };
const verbatim: JsonObject = { type: 'string', 'x-docmill': { verbatim: true } };
const amount: JsonObject = { type: 'number', 'x-docmill': { verbatim: true, normalize: 'number' } };
const label: JsonObject = { enum: ['a', 'b', 'c', 'd', 'e', null] };

const invoice = anInspection(
  'Acme owes\r\n1.204,50 to Bolt.',
  { vendor: verbatim, total: amount, kind: label, urgent: { type: 'boolean' } },
  {
    answer: { vendor: 'Acme', total: 1204.5, kind: 'b', urgent: false },
    confidence: { '/vendor': 0.9, '/total': 0.8, '/kind': 0.5, '/urgent': 0.7 },
    labels: { '/kind': { a: 0.05, b: 0.5, c: 0.2, d: 0.15, e: 0.1 }, '/urgent': { true: 0.3, false: 0.7 } },
    spans: { '/vendor': { start: 0, end: 4 }, '/total': { start: 11, end: 19, text: '1.204,50', page: 2 } },
    flags: ['lossy'],
  },
  [{ start: 0, end: 28, value: { vendor: 'Acme', total: '1.204,50', kind: 'b', urgent: false } }],
);

test('an inspection without colours shows the text with numbered brackets, and every value', () => {
  expect(toLines(invoice, PLAIN)).toEqual([
    'docs/a.txt: ok',
    'task test, model m.gguf, flags: lossy',
    '',
    '[1 Acme] owes',
    '[2 1.204,50] to Bolt.',
    '',
    '1 /vendor  0.9000  "Acme"  at 0-4',
    '2 /total   0.8000  1204.5  at 11-19 on page 2 from "1.204,50"',
    '  /kind    0.5000  "b"  not c 0.2000, d 0.1500, e 0.1000',
    '  /urgent  0.7000  false  not true 0.3000',
    '',
    'chunk  place  prompt  cached  forced  chosen',
    '1      0-28   9       2       3       4',
    'answering 0.500 s, reading and cutting 0.250 s, loading the model 1.500 s',
  ]);
});

test('with colours the text stays as it is, and a field has the colour of its span', () => {
  const lines = toLines(invoice, { width: 80, coloured: true });
  expect(lines.map(stripVTControlCharacters)).toContain('Acme owes');
  const colourOf = (text: string): string => {
    const before = lines.join('\n').split(text)[0] ?? '';
    return before.slice(before.lastIndexOf('\x1b[4'));
  };
  expect(colourOf('/vendor')).toBe(colourOf('Acme'));
  expect(colourOf('/total')).toBe(colourOf('1.204,50'));
  expect(colourOf('Acme')).not.toBe(colourOf('1.204,50'));
});

test('where null is the answer, the likeliest label is the first runner-up', () => {
  const answered = { answer: { kind: null }, confidence: { '/kind': 0.4 } };
  const nothing = anInspection('x', { kind: label }, { ...answered, labels: { '/kind': { a: 0.1, b: 0.35 } } });
  expect(toLines(nothing, PLAIN)).toContain('/kind  0.4000  null  not b 0.3500, a 0.1000');
});

test('what other chunks said is the runner-up of a value that is no label', () => {
  const chunk = (start: number, vendor: string | null, confidence: number) => {
    return { start, end: start + 5, value: { vendor }, confidence: { '/vendor': confidence } };
  };
  const vendor = {
    answer: { vendor: 'Acme' },
    confidence: { '/vendor': 0.9 },
    spans: { '/vendor': { start: 0, end: 4 } },
  };
  const chunks = [chunk(0, 'Acme', 0.9), chunk(5, 'Bolt', 0.3), chunk(10, null, 0.9), chunk(15, 'Bolt', 0.4)];
  const lines = toLines(anInspection('Acme Bolt '.repeat(2), { vendor: verbatim }, vendor, chunks), PLAIN);
  expect(lines).toContain('1 /vendor  0.9000  "Acme"  at 0-4  not "Bolt" 0.4000');
  expect(lines).toContain('2      5-10   9       2       3       4');
});

test('overlapping spans are both marked', () => {
  const spans = { '/a': { start: 0, end: 7 }, '/b': { start: 4, end: 11 } };
  const both = { answer: { a: 'one two', b: 'two six' }, confidence: { '/a': 1, '/b': 1 }, spans };
  expect(toLines(anInspection('one two six', { a: verbatim, b: verbatim }, both), PLAIN)).toContain(
    '[1 one [2 two] six]',
  );
});

describe('a long text', () => {
  const long = `${'before\n'.repeat(1000)}Acme\n${'behind\n'.repeat(1000)}`;
  const start = long.indexOf('Acme');
  const vendor = {
    answer: { vendor: 'Acme' },
    confidence: { '/vendor': 1 },
    spans: { '/vendor': { start, end: start + 4 } },
  };

  test('is shown around its spans, and says how much was left out', () => {
    const lines = toLines(anInspection(long, { vendor: verbatim }, vendor), PLAIN);
    expect(lines.length).toBeLessThan(500);
    expect(lines).toContain('[1 Acme]');
    const left = lines.filter((line) => line.startsWith('… '));
    expect(left).toHaveLength(2);
    const shown = lines.filter((line) => line === 'before' || line === 'behind').length * 7;
    const counted = left.map((line) => Number(line.replaceAll(/\D/g, ''))).reduce((sum, count) => sum + count);
    expect(shown + counted).toBeGreaterThan(13_980);
    expect(shown + counted).toBeLessThanOrEqual(14_010);
  });
});

test('the lines of fields fit the terminal, and nothing of a document can steer it', () => {
  const text = fc.string({
    unit: fc.constantFrom('\x1b', '[31m', '\u202e', 'x', '東', '\u{1f600}', ' ', '\r'),
    minLength: 1,
  });
  fc.assert(
    fc.property(text, fc.integer({ min: 60, max: 200 }), (source, width) => {
      const given = {
        answer: { vendor: source, free: source.repeat(40) },
        confidence: { '/vendor': 0.1, '/free': 0.2 },
      };
      const spans = { '/vendor': { start: 0, end: source.length } };
      const properties = { vendor: verbatim, free: { type: 'string', maxLength: 4096 } };
      const lines = toLines(anInspection(source, properties, { ...given, spans }), { width, coloured: false });
      expect(lines.join('')).not.toMatch(/[\p{Cc}\u202e]/u);
      const fields = lines.slice(5, -3);
      expect(fields.length).toBeGreaterThan(1);
      expect(Math.max(...fields.map(({ length }) => length))).toBeLessThanOrEqual(width);
    }),
  );
});
