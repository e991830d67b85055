import type { Span } from '../../schemas/answer.ts';
import type { VerbatimField } from '../task/field.ts';
import { normalizeValue } from '../task/normalize.ts';
import { currencyCandidates } from './places/currency-candidates.ts';
import { dateCandidates } from './places/date-candidates.ts';
import { numberCandidates } from './places/number-candidates.ts';
import { standsAlone } from './places/stands-alone.ts';

/**
 * Where a document says the value of a verbatim field, in reading order: where the text itself stands, or where a text
 * stands that normalises to the value. Places inside longer words and numbers count only where there is no other one.
 */
export function findPlaces(
  field: VerbatimField,
  value: string | number,
  { text, locale }: { readonly text: string; readonly locale: string | undefined },
): Span[] {
  const literal = typeof value === 'string' ? findAll(text, value) : [];
  const alone = literal.filter((span) => standsAlone(text, span));
  if (alone.length > 0) return alone;
  const saying = findSaying(field, value, text, locale);
  return saying.length > 0 ? saying : literal;
}

function findAll(text: string, value: string): Span[] {
  const spans: Span[] = [];
  if (value === '') return spans;
  for (let start = text.indexOf(value); start !== -1; start = text.indexOf(value, start + value.length)) {
    spans.push({ start, end: start + value.length });
  }
  return spans;
}

/** The places that stand alone if there are any; of places that overlap the first one. */
function findSaying({ normalize, maxLength }: VerbatimField, value: string | number, text: string, locale?: string) {
  if (normalize === undefined) return [];
  const known = new Map<string, string | number | null>();
  const says = ({ start, end }: Span): boolean => {
    const words = text.slice(start, end);
    if (words.length > maxLength) return false;
    if (!known.has(words)) known.set(words, normalizeValue(normalize, words, locale));
    return known.get(words) === value;
  };
  const found = [...candidatesOf(normalize, value, text)].filter(says);
  const alone = found.filter((span) => standsAlone(text, span));
  const places: Span[] = [];
  for (const span of alone.length > 0 ? alone : found) {
    if (span.start >= (places.at(-1)?.end ?? 0)) places.push(span);
  }
  return places;
}

function candidatesOf(normalize: NonNullable<VerbatimField['normalize']>, value: string | number, text: string) {
  switch (normalize) {
    case 'number':
      return numberCandidates(text);
    case 'date':
      return dateCandidates(text, String(value));
    case 'currency':
      return currencyCandidates(text);
    default:
      return normalize satisfies never;
  }
}
