import * as chrono from 'chrono-node';
import { toIsoDate } from './iso-date.ts';

/**
 * The day that a text with a month name writes (`3. März 2026`, `March 3rd, 2026`, `2026年3月3日`), as `YYYY-MM-DD`, or
 * null. The language of `locale` decides; what it cannot read may be in any other language, as long as all languages
 * that read the whole text agree. Nothing is taken from the clock: day, month and year must be written.
 */
export function normalizeWrittenDate(text: string, locale: string | undefined): string | null {
  // A year without its century (`'26`), the Russian and Ukrainian word for year, and a sentence's article.
  const bare = text.replace(/^(?:the|le|am|den|vom) /i, '').replace(/ [гр]$/, '');
  // `12.Mar.2026` and `3 März 2026` are seen in life, but not by chrono.
  const spaced = bare.replaceAll(/(?<=[\p{L}\d])[./-] ?(?=[\p{L}\d])/gu, ' ');
  const variants = [...new Set([bare, spaced, spaced.replace(/^(\d{1,2}) (?=\p{L})/u, '$1. ')])];
  const own =
    locale === undefined ? undefined : parsers.find(([language]) => language === new Intl.Locale(locale).language);
  const days = own === undefined ? [] : readAll([own], variants);
  const agreed = new Set(days.length > 0 ? days : readAll(parsers, variants));
  const [day] = agreed;
  return agreed.size === 1 && day !== undefined ? day : null;
}

const parsers = [
  ['en', chrono.en.strict],
  ['de', chrono.de.strict],
  ['fr', chrono.fr.strict],
  ['es', chrono.es.strict],
  ['it', chrono.it.strict],
  ['pt', chrono.pt.strict],
  ['nl', chrono.nl.strict],
  ['sv', chrono.sv.strict],
  ['fi', chrono.fi.strict],
  ['ru', chrono.ru.strict],
  ['uk', chrono.uk.strict],
  ['vi', chrono.vi.strict],
  ['ja', chrono.ja.strict],
  ['zh', chrono.zh.strict],
] as const;

/** chrono reads `in 30 days` from a reference day: what reads the same from two that share nothing is written in full. */
const references = [new Date(Date.UTC(2000, 0, 1, 12)), new Date(Date.UTC(2013, 6, 18, 12))];

function readAll(languages: readonly (typeof parsers)[number][], variants: readonly string[]): string[] {
  return languages.flatMap(([, parser]) => {
    const days = variants.map((variant) => readWhole(parser, variant));
    return days.find((day) => day !== null) ?? [];
  });
}

function readWhole(parser: chrono.Chrono, text: string): string | null {
  const [day, other] = references.map((reference) => readFrom(reference, parser, text));
  return day !== undefined && day === other ? day : null;
}

function readFrom(reference: Date, parser: chrono.Chrono, text: string): string | null {
  const [result, ...others] = parser.parse(text, reference);
  if (result === undefined || others.length > 0 || result.text !== text || result.end) {
    return null;
  }
  const { start } = result;
  const [year, month, day] = [start.get('year'), start.get('month'), start.get('day')];
  const isCertain = start.isCertain('year') && start.isCertain('month') && start.isCertain('day');
  return isCertain && year !== null && month !== null && day !== null ? toIsoDate(year, month, day) : null;
}
