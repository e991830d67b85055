import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findPlaces } from '../../../src/evaluation/find-places.ts';
import type { VerbatimField } from '../../../src/task/field.ts';

function textsOf(normalize: VerbatimField['normalize'], value: string | number, text: string, locale?: string) {
  const field = { type: 'verbatim' as const, maxLength: 64, ...(normalize !== undefined && { normalize }) };
  return findPlaces(field, value, { text, locale }).map(({ start, end }) => text.slice(start, end));
}

describe('a number', () => {
  test.each([
    [1204.5, 'Rechnung 1204\nSumme 1.204,50 EUR', ['1.204,50']],
    [1000.03, '50 ... Red delivery ... 1 000,03', ['1 000,03']],
    [50, '50 ... Red delivery ... 1 000,03', ['50']],
    [18876, 'Total € 18,876.00 net', ['18,876.00']],
    [12, '05.12.2026, 12 x Box, A12', ['12']],
    [-54, 'Credit -54.00', ['-54.00']],
    [-54, 'Credit (54.00) USD', ['(54.00)']],
    [7.6, '2 CAPPUCCINO  7,60', ['7,60']],
    [1200, '合計1200円', ['1200']],
    [9, 'no such number: 90, 0.9, 19', []],
  ])('%s is found in %j', (value, text, texts) => {
    expect(textsOf('number', value, text)).toEqual(texts);
  });

  test('is no piece of a date or of a longer number, unless it stands nowhere else', () => {
    expect(textsOf('number', 3, '03/2026, 1.3, page 3')).toEqual(['3']);
    expect(textsOf('number', 25, '25.03.2026')).toEqual([]);
    expect(textsOf('number', 118, 'Nr. 2026-118')).toEqual(['118']);
  });

  test('is found in every way that a locale writes it', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 99_999_999 }),
        fc.constantFrom('de-DE', 'en-US', 'de-CH', 'fr-FR', 'sv-SE'),
        (cents, locale) => {
          const value = cents / 100;
          const written = value.toLocaleString(locale, { minimumFractionDigits: 2 });
          expect(textsOf('number', value, `Total: ${written} EUR`, locale)).toEqual([written]);
        },
      ),
    );
  });
});

describe('a day', () => {
  test.each([
    ['2026-03-14', 'Date: 14 March 2026', ['14 March 2026']],
    ['2026-02-09', 'vom 9. Februar 2026 an', ['9. Februar 2026']],
    ['2025-12-27', 'due on 27/12/2025.', ['27/12/2025']],
    ['2026-01-18', '18.01.26 09:14', ['18.01.26']],
    ['2025-10-02', 'Dated 2nd October 2025', ['2nd October 2025']],
    ['2026-03-14', '2026年3月14日', ['2026年3月14日']],
    ['2026-03-14', '14.03.2026 and 2026-03-14', ['2026-03-14']],
    ['2026-03-14', '14.02.2026\n14.03.2025', []],
    ['2026-03-14', '14\nMarch 2026', []],
  ])('%s is found in %j', (value, text, texts) => {
    expect(textsOf('date', value, text)).toEqual(texts);
  });
});

test.each([
  ['USD', 'Total US$ 5.00', ['US$']],
  ['EUR', '5 Euro', ['Euro']],
  ['CHF', 'Total CHF 5', ['CHF']],
  ['GBP', '£5', ['£']],
  ['SEK', 'no currency here', []],
])('the currency %s is found in %j', (value, text, texts) => {
  expect(textsOf('currency', value, text)).toEqual(texts);
});

test('a copied text is found wherever it stands, in longer words only where there is no other place', () => {
  expect(textsOf(undefined, 'Nord', 'Nordlicht Nord, Nord')).toEqual(['Nord', 'Nord']);
  expect(textsOf(undefined, 'licht', 'Nordlicht')).toEqual(['licht']);
  expect(textsOf(undefined, '', 'Nordlicht')).toEqual([]);
});
