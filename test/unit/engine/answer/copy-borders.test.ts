import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type CopyKind, findCopyBorders } from '../../../../src/engine/answer/copy-borders.ts';
import { textArbitrary } from '../arbitrary-field.ts';

/** The text with a bar at each border, without those at white space and at its ends. */
function cut(text: string, kind: CopyKind): string {
  const borders = findCopyBorders(text, kind);
  return Array.from({ length: text.length }, (_, at) => {
    const isSpace = /\s/.test(text[at] ?? '') || /\s/.test(text[at - 1] ?? '');
    return (at > 0 && borders[at] === 1 && !isSpace ? '|' : '') + (text[at] ?? '');
  }).join('');
}

test.each([
  ['48,400 JPY', '48,400 JPY'],
  ['£337.50', '£|337.50'],
  ['12,480.00', '12,480.00'],
  ["CHF1'204.–", "CHF|1'204|.|–"],
  ['1,20,450.00', '1,20,450.00'],
  ['€.50', '€|.50'],
  ['Rs.500', 'Rs|.|500'],
  ['13 April', '13 April'],
  ['2026-03-14', '2026-03-14'],
  ['14.03.2026-15.03.2026', '14.03.2026|-|15.03.2026'],
  ['10-12 x5', '10|-|12 x|5'],
  ['-5.00 (-5.00)', '-5.00 (|-5.00|)'],
  ['-$5.00', '-$5.00'],
  ['Issued:-14.03.2026', 'Issued|:|-|14.03.2026'],
  ['bolt,2,9.00,18.00', 'bolt|,|2|,|9.00|,|18.00'],
  ['2026年5月1日', '2026|年|5|月|1|日'],
  ['2½ kg', '2½ kg'],
])('a figure of `%s` is cut as `%s`', (text, expected) => {
  expect(cut(text, 'figure')).toBe(expected);
});

test.each([
  ['4 312,50', [0, 8]],
  ['1 234 567', [0, 9]],
  ['4\u00a0312.50', [0, 8]],
  ['2 150.00', [0, 1, 2, 8]],
  ['6 tim', [0, 1, 2, 5]],
  ['2026 400,00', [0, 4, 5, 11]],
])('digits of `%s` that a space joins are one figure', (text, expected) => {
  const borders = findCopyBorders(text, 'figure');
  expect([...borders.keys()].filter((at) => borders[at] === 1)).toEqual(expected);
});

test.each([
  ['text', 'INV2024-07 naïve', 'INV2024|-|07 naïve'],
  ['text', '東京タワー', '東|京|タ|ワ|ー'],
  ['text', 'שלום مرحبا Привет', 'שלום مرحبا Привет'],
  ['text', 'e\u0301te\u0301 👩‍👩‍👧!', 'e\u0301te\u0301 👩‍👩‍👧|!'],
  ['text', '삼성에서', '삼|성|에|서'],
  ['currency', 'USD100', 'USD|100'],
  ['currency', '100 EUR', '100 EUR'],
] as const)('%s of `%s` is cut as `%s`', (kind, text, expected) => {
  expect(cut(text, kind)).toBe(expected);
});

test('no border but those of `any` lies within a grapheme cluster', () => {
  const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
  const unit = fc.oneof(
    fc.constantFrom('\u0301', '\u200d', '👩', '🇩🇪', '\u0600', 'a', '1', 'ก', 'ำ', '각'),
    fc.string({ unit: 'grapheme', maxLength: 3 }),
  );
  const texts = fc.oneof(
    textArbitrary,
    fc.array(unit, { maxLength: 12 }).map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(texts, fc.constantFrom<CopyKind>('text', 'currency', 'figure'), (text, kind) => {
      const starts = new Set(Array.from(segmenter.segment(text), ({ index }) => index).concat(text.length));
      const inside = [...findCopyBorders(text, kind).keys()].filter((at) => !starts.has(at));
      const isLineEnd = (at: number) => text[at - 1] === '\r' && text[at] === '\n';
      const borders = findCopyBorders(text, kind);
      expect(inside.filter((at) => borders[at] === 1 && !isLineEnd(at))).toEqual([]);
    }),
    { numRuns: 500 },
  );
});
