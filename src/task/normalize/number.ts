import { possibleCurrencies } from './currency.ts';
import { plainText } from './plain-text.ts';

/**
 * The number that a text as a whole writes in decimal digits, or null. One sign before or after, parentheses for a
 * negative amount, one currency or `%`, and the `.–` of round prices, may stand around the digits; `12 %` is 12.
 *
 * Which separator is the decimal one: of `.` and `,` the last, when both occur; none, when one occurs several times;
 * when one occurs once with exactly three digits behind it and one to three before (`1.204`), it groups, unless it is
 * the decimal separator of `locale`; otherwise it is decimal. Spaces and apostrophes only group. The number must be
 * exactly the one that is written: more digits than a double holds are null.
 */
export function normalizeNumber(text: string, locale: string | undefined): number | null {
  const amount = readAmount(plainText(text), locale);
  const value = amount === null ? null : toExactNumber(splitDecimal(amount.digits, locale));
  return value !== null && value !== 0 && amount?.negative === true ? -value : value;
}

const sign = String.raw`[+\-–]?`;
// A dot behind a letter belongs to the currency (`Rs.500`), any other one to the digits (`$.50`).
const amountPattern = new RegExp(
  String.raw`^(?<sign1>${sign}) ?(?<before>[^\d+\-–.,()]*(?:(?<=\p{L})\.)?) ?(?<sign2>${sign}) ?` +
    String.raw`(?<digits>(?:(?<!\p{L})[.,])?\d(?:[\d.,' ]*\d)?)(?:[.,:] ?[-–—]{1,2})?` +
    String.raw` ?(?<sign3>-?) ?(?<after>(?:[^\d+\-–.,()]+\.?)?) ?(?<sign4>-?)$`,
  'u',
);

type Amount = { readonly negative: boolean; readonly digits: string };

/** The digits with their separators, and whether they are negative; null when anything else is around them. */
function readAmount(text: string, locale: string | undefined): Amount | null {
  const groups = amountPattern.exec(text.replace(/^\( ?(.+?) ?\)$/, '-$1'))?.groups;
  if (groups === undefined || !isOneUnit([groups['before'], groups['after']], locale)) {
    return null;
  }
  const signs = ['sign1', 'sign2', 'sign3', 'sign4'].map((name) => groups[name]).join('');
  return signs.length > 1 ? null : { digits: groups['digits'] ?? '', negative: signs !== '' && signs !== '+' };
}

/** `$` before and `CAD` after may be the same unit, `EUR` and `USD` are not. */
function isOneUnit(around: readonly (string | undefined)[], locale: string | undefined): boolean {
  const [first, second] = around.map((text) => text?.trim() ?? '').filter((text) => text !== '');
  if (first === undefined || (first === '%' && second === undefined)) {
    return true;
  }
  const currencies = possibleCurrencies(first, locale);
  const agreed = second === undefined ? currencies : possibleCurrencies(second, locale);
  return currencies.some((code) => agreed.includes(code));
}

type Decimal = { readonly integer: string; readonly fraction: string };

/** The digits before and after the decimal separator, without grouping; null when the separators make no sense. */
function splitDecimal(digits: string, locale: string | undefined): Decimal | null {
  const separator = findDecimalSeparator(digits, locale);
  const at = separator === undefined ? digits.length : digits.lastIndexOf(separator);
  const integer = ungroup(digits.slice(0, at));
  const fraction = digits.slice(at + 1);
  return integer === null || !/^\d*$/.test(fraction) ? null : { integer, fraction };
}

function findDecimalSeparator(digits: string, locale: string | undefined): string | undefined {
  const points = digits.match(/[.,]/g) ?? [];
  const last = points.at(-1);
  if (last === undefined || new Set(points).size > 1) {
    return last;
  }
  if (points.length > 1) {
    return undefined;
  }
  const looksGrouped = /^[1-9]\d{0,2}[.,]\d{3}$/.test(digits);
  return looksGrouped && last !== decimalSeparator(locale) ? undefined : last;
}

function decimalSeparator(locale: string | undefined): string | undefined {
  const parts = locale === undefined ? [] : new Intl.NumberFormat(locale).formatToParts(0.5);
  return parts.find(({ type }) => type === 'decimal')?.value;
}

/** Groups of three, all with the same separator; or, with commas, the Indian 1,20,450. */
function ungroup(digits: string): string | null {
  const isPlain = /^\d*$/.test(digits);
  const isGrouped = /^\d{1,3}(?<separator>[.,' ])\d{3}(?:\k<separator>\d{3})*$/.test(digits);
  return isPlain || isGrouped || /^\d{1,2}(?:,\d{2})+,\d{3}$/.test(digits) ? digits.replaceAll(/\D/g, '') : null;
}

function toExactNumber(decimal: Decimal | null): number | null {
  if (decimal === null) {
    return null;
  }
  const integer = decimal.integer.replace(/^0+(?=\d)/, '') || '0';
  const fraction = decimal.fraction.replace(/0+$/, '');
  const written = fraction === '' ? integer : `${integer}.${fraction}`;
  const value = Number(written);
  const significant = `${integer}${fraction}`.replace(/^0+/, '').replace(/0+$/, '');
  // A double holds every decimal number of up to 15 significant digits (DBL_DIG); of longer ones, those it prints back.
  const isExact = significant.length <= 15 || String(value) === written;
  return isExact && Number.isFinite(value) && (value !== 0 || significant === '') ? value : null;
}
