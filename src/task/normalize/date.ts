import { toIsoDate } from './iso-date.ts';
import { plainText } from './plain-text.ts';
import { normalizeWrittenDate } from './written-date.ts';

/**
 * The day that a text as a whole names, as `YYYY-MM-DD`, or null. Day, month and year must all be there; a time of day
 * behind the date is left out. Month names are read by `normalizeWrittenDate`; for digits alone:
 * - four digits first are the year, then month and day; `20260312` is a date too;
 * - with `.` the day comes first; with `/` and `-` the month comes first where `locale` writes it so, and with `/` also
 *   without a locale;
 * - of three two-digit numbers the year is the first where `locale` writes it so, else the last; `51` to `99` are 19xx;
 * - a month above 12 is the day.
 */
export function normalizeDate(text: string, locale: string | undefined): string | null {
  const plain = plainText(text)
    .replace(timeOfDay, '')
    .replace(/ ?[.,]$/, '');
  return /\p{L}/u.test(plain) ? normalizeWrittenDate(plain, locale) : readDigits(plain, locale);
}

const timeOfDay =
  /(?<=\d\.?)(?:[ ,]+|T)\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?[ap]\.?m\.?| Uhr)?(?: ?(?:Z|UTC|GMT|[+-]\d{2}:?\d{2}))?$/i;

const yearFirst = /^(?<year>\d{4}) ?(?<separator>[./-]) ?(?<month>\d{1,2}) ?\k<separator> ?(?<day>\d{1,2})$/;
const compact = /^(?<year>(?:19|20)\d{2})(?<month>\d{2})(?<day>\d{2})$/;
const yearLast = /^(?<first>\d{1,2}) ?(?<separator>[./-]) ?(?<second>\d{1,2}) ?\k<separator> ?(?<third>\d{4}|\d{2})$/;

function readDigits(text: string, locale: string | undefined): string | null {
  const certain = (yearFirst.exec(text) ?? compact.exec(text))?.groups;
  if (certain !== undefined) {
    return toIsoDate(Number(certain['year']), Number(certain['month']), Number(certain['day']));
  }
  const groups = yearLast.exec(text)?.groups;
  return groups === undefined ? null : readYearLast(groups, dateOrder(locale));
}

type Order = 'day' | 'month' | 'year' | undefined;

function readYearLast(groups: Readonly<Record<string, string>>, order: Order): string | null {
  const { first = '', second = '', third = '', separator } = groups;
  if (order === 'year' && first.length === 2 && third.length === 2) {
    return toIsoDate(toYear(first), Number(second), Number(third));
  }
  const isMonthFirst = separator !== '.' && (order === 'month' || (order === undefined && separator === '/'));
  const [month, day] = isMonthFirst ? [Number(first), Number(second)] : [Number(second), Number(first)];
  return month > 12 ? toIsoDate(toYear(third), day, month) : toIsoDate(toYear(third), month, day);
}

/** What comes first in a date of digits. */
function dateOrder(locale: string | undefined): Order {
  if (locale === undefined) {
    return undefined;
  }
  const options = { calendar: 'gregory', year: 'numeric', month: 'numeric', day: 'numeric', timeZone: 'UTC' } as const;
  const parts = new Intl.DateTimeFormat(locale, options).formatToParts(0);
  const types = parts.map(({ type }) => type);
  return (['day', 'month', 'year'] as const).toSorted((a, b) => types.indexOf(a) - types.indexOf(b))[0];
}

/** Two-digit years as chrono reads them in written dates. */
function toYear(digits: string): number {
  const year = Number(digits);
  if (digits.length > 2) {
    return year;
  }
  return year > 50 ? 1900 + year : 2000 + year;
}
