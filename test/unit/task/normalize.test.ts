import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { normalizeValue } from '../../../src/task/normalize.ts';

const day = fc
  .date({ noInvalidDate: true, min: new Date('1951-01-01'), max: new Date('2050-12-31') })
  .map((date) => new Date(date.toISOString().slice(0, 10)));
const iso = (date: Date) => date.toISOString().slice(0, 10);
const languages = ['en-US', 'en-GB', 'de', 'de-CH', 'fr', 'es', 'it', 'pt', 'nl', 'sv', 'fi', 'ru', 'ja', 'zh'];

describe('a date', () => {
  test('in digits, as its locale writes it, comes back', () => {
    const format = { year: 'numeric', month: '2-digit', day: '2-digit', timeZone: 'UTC' } as const;
    const locales = [...languages, 'en-IN', 'en-CA', 'ko', 'hu', 'pl', 'cs', 'tr', 'da', 'lt'];
    fc.assert(
      fc.property(day, fc.constantFrom(...locales), (date, locale) => {
        const text = new Intl.DateTimeFormat(locale, format).format(date);
        expect({ text, value: normalizeValue('date', text, locale) }).toEqual({ text, value: iso(date) });
      }),
    );
  });

  test('with two-digit years, as its locale writes it, comes back', () => {
    const format = { year: '2-digit', month: '2-digit', day: '2-digit', timeZone: 'UTC' } as const;
    fc.assert(
      fc.property(day, fc.constantFrom('en-US', 'en-GB', 'de', 'fr', 'ja', 'sv', 'ko'), (date, locale) => {
        const text = new Intl.DateTimeFormat(locale, format).format(date);
        expect({ text, value: normalizeValue('date', text, locale) }).toEqual({ text, value: iso(date) });
      }),
    );
  });

  test('with the name of its month comes back, with its locale and without', () => {
    fc.assert(
      fc.property(day, fc.constantFrom(...languages), (date, locale) => {
        const text = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' }).format(date);
        expect({ text, value: normalizeValue('date', text, locale) }).toEqual({ text, value: iso(date) });
        expect({ text, value: normalizeValue('date', text, undefined) }).toEqual({ text, value: iso(date) });
      }),
    );
  });

  test('in ISO form comes back in every locale', () => {
    fc.assert(
      fc.property(day, fc.constantFrom(undefined, ...languages), (date, locale) => {
        expect(normalizeValue('date', iso(date), locale)).toBe(iso(date));
        expect(normalizeValue('date', iso(date).replaceAll('-', ''), locale)).toBe(iso(date));
      }),
    );
  });

  test.each([
    ['12.03.2026', undefined, '2026-03-12'],
    ['12.03.2026', 'en-US', '2026-03-12'],
    ['03/12/2026', undefined, '2026-03-12'],
    ['03/12/2026', 'en-GB', '2026-12-03'],
    ['25/12/2026', 'en-US', '2026-12-25'],
    ['13/12/2026', 'en-US', '2026-12-13'],
    ['12/13/2026', 'en-GB', '2026-12-13'],
    ['12-03-2026', undefined, '2026-03-12'],
    ['12-03-2026', 'en-US', '2026-12-03'],
    ['1.2.26', undefined, '2026-02-01'],
    ['1.2.87', undefined, '1987-02-01'],
    ['12. März 2026', undefined, '2026-03-12'],
    ['3 Dezember 2026', undefined, '2026-12-03'],
    ['12MAR2026', undefined, '2026-03-12'],
    ['12.Mar.2026', undefined, '2026-03-12'],
    ['the 12th of March 2026', undefined, '2026-03-12'],
    ['Thursday, March 12th, 2026', undefined, '2026-03-12'],
    ['2026-03-12T23:30:00-08:00', undefined, '2026-03-12'],
    ['12.03.2026, 10:30 Uhr', undefined, '2026-03-12'],
    ['March 12, 2026 at 11:59 PM', undefined, '2026-03-12'],
    ['12 Mar 26', undefined, '2026-03-12'],
    ['１２．０３．２０２６', undefined, '2026-03-12'],
    ['2024-02-29', undefined, '2024-02-29'],
    ['2026-02-29', undefined, null],
    ['31.04.2026', undefined, null],
    ['13/13/2026', undefined, null],
    ['March 2026', undefined, null],
    ['12 March', undefined, null],
    ['12.03.', undefined, null],
    ['yesterday', undefined, null],
    ['in 30 days', undefined, null],
    ['3 days ago', 'en', null],
    ['next Friday', 'en', null],
    ['heute', 'de', null],
    ['令和8年3月12日', 'ja', '2026-03-12'],
    ['due 12 March 2026', undefined, null],
    ['1 to 12 March 2026', undefined, null],
    [`${' '.repeat(100)}12.03.2026`, undefined, null],
    ['1.3.2026 - 12.3.2026', undefined, null],
    ['12.03-2026', undefined, null],
    ['4711', undefined, null],
    ['20261312', undefined, null],
    ['', undefined, null],
  ])('%j in %s is %s', (text, locale, value) => {
    expect(normalizeValue('date', text, locale)).toBe(value);
  });

  test('does not depend on the clock or on the time zone', () => {
    const zone = process.env['TZ'];
    try {
      for (const name of ['Pacific/Kiritimati', 'Pacific/Pago_Pago']) {
        process.env['TZ'] = name;
        expect(normalizeValue('date', '12 March 2026', undefined)).toBe('2026-03-12');
        expect(normalizeValue('date', '12.03.2026', 'de')).toBe('2026-03-12');
      }
    } finally {
      if (zone === undefined) {
        delete process.env['TZ'];
      } else {
        process.env['TZ'] = zone;
      }
    }
  });
});

describe('a number', () => {
  const cents = fc.integer({ min: -1e13, max: 1e13 }).map((amount) => amount / 100);
  const locales = [...languages, 'en-IN', 'pl', 'cs', 'da', 'nb', 'pt-BR', 'es-MX', 'tr', 'fr-CH', 'de-AT', 'ko'];

  test('as its locale writes it comes back', () => {
    fc.assert(
      fc.property(cents, fc.constantFrom(...locales), fc.integer({ min: 2, max: 4 }), (value, locale, digits) => {
        const format = { minimumFractionDigits: digits, maximumFractionDigits: digits };
        const text = new Intl.NumberFormat(locale, format).format(value);
        expect({ text, value: normalizeValue('number', text, locale) }).toEqual({ text, value });
      }),
    );
  });

  test('with two digits behind the separator comes back without its locale', () => {
    fc.assert(
      fc.property(cents, fc.constantFrom(...locales), (value, locale) => {
        const text = new Intl.NumberFormat(locale, { minimumFractionDigits: 2 }).format(value);
        expect({ text, value: normalizeValue('number', text, undefined) }).toEqual({ text, value });
      }),
    );
  });

  test('with its currency around it comes back', () => {
    const currencies = fc.constantFrom('EUR', 'USD', 'GBP', 'CHF', 'SEK');
    const display = fc.constantFrom('symbol' as const, 'code' as const);
    fc.assert(
      fc.property(
        cents,
        fc.constantFrom(...locales),
        currencies,
        display,
        (value, locale, currency, currencyDisplay) => {
          const format = { style: 'currency', currency, currencyDisplay } as const;
          const text = new Intl.NumberFormat(locale, format).format(value);
          expect({ text, value: normalizeValue('number', text, locale) }).toEqual({ text, value });
        },
      ),
    );
  });

  test('is never another one than is written', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[1-9]\d{0,30}(\.\d{1,2})?$/), (text) => {
        const value = normalizeValue('number', text, 'en');
        const written = Number(value).toLocaleString('en', { useGrouping: false, maximumFractionDigits: 20 });
        const shortest = text.includes('.') ? text.replace(/\.?0+$/, '') : text;
        expect(value === null ? text.length > 15 : written === shortest).toBe(true);
      }),
    );
  });

  test.each([
    ['1.204,50', undefined, 1204.5],
    ['1,204.50', undefined, 1204.5],
    ['1 204,50', undefined, 1204.5],
    ["1'204.50", undefined, 1204.5],
    ['1’204.50', undefined, 1204.5],
    ['1204.5', undefined, 1204.5],
    ['1.204', undefined, 1204],
    ['1,204', undefined, 1204],
    ['1.204', 'en-US', 1.204],
    ['1,204', 'de', 1.204],
    ['1.204', 'de', 1204],
    ['0.125', undefined, 0.125],
    ['1204,500', undefined, 1204.5],
    ['1.204.500', undefined, 1_204_500],
    ['1,20,450.50', undefined, 120_450.5],
    ['(12.00)', undefined, -12],
    ['-3', undefined, -3],
    ['−3,50', undefined, -3.5],
    ['12,00-', undefined, -12],
    ['$.50', undefined, 0.5],
    ['Rs.500', undefined, 500],
    ['Fr. 12.50', undefined, 12.5],
    ['5 kr.', undefined, 5],
    ['CHF 1’204.–', undefined, 1204],
    ['50,-', undefined, 50],
    ['19 %', undefined, 19],
    ['-0', undefined, 0],
    ['007', undefined, 7],
    ['9007199254740993', undefined, null],
    ['0.1234567890123456789', undefined, null],
    ['1.204.50', undefined, null],
    ['1,2,3', undefined, null],
    ['12 34', undefined, null],
    ['1e5', undefined, null],
    ['0x10', undefined, null],
    ['12²', undefined, null],
    ['1/2', undefined, null],
    ['--3', undefined, null],
    ['(-3)', undefined, null],
    ['12 pcs', undefined, null],
    ['NaN', undefined, null],
    ['twelve', undefined, null],
    ['EUR', undefined, null],
    ['12 all', undefined, null],
    ['EUR 12 USD', undefined, null],
    ['€ 12 EUR', undefined, 12],
    ['$12 CAD', undefined, 12],
    ['kr 12 SEK', undefined, 12],
    ['kr 12 EUR', undefined, null],
    ['$12 %', undefined, null],
    ['', undefined, null],
  ])('%j in %s is %s', (text, locale, value) => {
    expect(normalizeValue('number', text, locale)).toBe(value);
  });
});

describe('a currency', () => {
  test('is any ISO 4217 code in capitals, and few others: lower-case codes may be words', () => {
    const plain = new Set(['EUR', 'USD', 'GBP', 'CHF', 'JPY', 'SEK']);
    fc.assert(
      fc.property(fc.constantFrom(...Intl.supportedValuesOf('currency')), (code) => {
        expect(normalizeValue('currency', code, undefined)).toBe(code);
        expect(normalizeValue('currency', code.toLowerCase(), 'de')).toBe(plain.has(code) ? code : null);
      }),
    );
  });

  test('as its locale writes it comes back', () => {
    const currencies = fc.constantFrom(
      'EUR',
      'USD',
      'GBP',
      'CHF',
      'JPY',
      'SEK',
      'CAD',
      'AUD',
      'PLN',
      'CZK',
      'INR',
      'KRW',
    );
    const display = fc.constantFrom('symbol' as const, 'code' as const);
    fc.assert(
      fc.property(currencies, fc.constantFrom(...languages), display, (currency, locale, currencyDisplay) => {
        const format = new Intl.NumberFormat(locale, { style: 'currency', currency, currencyDisplay });
        const sign = format.formatToParts(1).find(({ type }) => type === 'currency')?.value ?? '';
        expect({ sign, code: normalizeValue('currency', sign, locale) }).toEqual({ sign, code: currency });
      }),
    );
  });

  test.each([
    ['$', undefined, 'USD'],
    ['$', 'en-CA', 'CAD'],
    ['$', 'de', 'USD'],
    ['US$', 'en-AU', 'USD'],
    ['€', undefined, 'EUR'],
    ['£', 'en-GB', 'GBP'],
    ['¥', 'ja', 'JPY'],
    ['¥', 'zh-CN', 'CNY'],
    ['円', undefined, 'JPY'],
    ['kr', 'sv', 'SEK'],
    ['kr.', 'da', 'DKK'],
    ['kr', undefined, null],
    ['Fr.', undefined, 'CHF'],
    ['Euro', undefined, 'EUR'],
    ['Schweizer Franken', 'de', 'CHF'],
    ['US Dollar', undefined, 'USD'],
    ['dollars', undefined, 'USD'],
    ['XQZ', undefined, null],
    ['1204', undefined, null],
    ['', undefined, null],
  ])('%j in %s is %s', (text, locale, value) => {
    expect(normalizeValue('currency', text, locale)).toBe(value);
  });
});

test('any text has a normal form or null, and a normal form is its own', () => {
  const kinds = fc.constantFrom('date' as const, 'currency' as const);
  const piece = fc.constantFrom(
    '12',
    '3',
    '2026',
    '.',
    ',',
    '-',
    '/',
    ' ',
    'March',
    '$',
    '(',
    ')',
    'kr',
    '%',
    "'",
    '月',
  );
  fc.assert(
    fc.property(kinds, fc.array(piece, { maxLength: 8 }), (kind, pieces) => {
      const value = normalizeValue(kind, pieces.join(''), 'en');
      expect(value === null ? null : normalizeValue(kind, String(value), 'en')).toBe(value);
      expect(normalizeValue('number', pieces.join(''), 'en')).not.toBeNaN();
    }),
  );
});
