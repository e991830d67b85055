import type { Span } from '../../schemas/answer.ts';
import type { Normalization } from '../../schemas/task.ts';
import type { VerbatimField } from '../task/field.ts';
import type { Dice } from './stub-answer.ts';

/** What a text must look like to have a chance of being normalised. */
const LOOKS_LIKE = {
  number: /\d+(?:[.,]\d+)*/g,
  date: /\b\d{4}-\d\d-\d\d\b|\b\d{1,2}[./]\d{1,2}[./]\d{4}\b/g,
  currency: /[€$£]|\b(?:EUR|USD|GBP|CHF)\b/g,
} as const satisfies Record<Normalization, RegExp>;

/** Words hold no white space, control character or half of a surrogate pair, so any of them can be copied. */
const WORD = /[^\s\p{Cc}\p{Cs}]+/gu;

/** A piece of `text` that a verbatim field may copy: one to three words of a line, or what looks like the field's kind. */
export function pickVerbatim(
  field: { readonly nullable: boolean } & VerbatimField,
  text: string,
  dice: Dice,
): Span | undefined {
  if (field.normalize !== undefined) {
    const typical = [...text.matchAll(LOOKS_LIKE[field.normalize])].map(toSpan);
    const short = typical.filter(({ start, end }) => end - start <= field.maxLength);
    if (short.length > 0 || field.nullable) {
      return short[Math.floor(dice('occurrence') * short.length)];
    }
  }
  const words = [...text.matchAll(WORD)].map(toSpan);
  const first = Math.floor(dice('word') * words.length);
  const start = words[first]?.start;
  if (start === undefined) {
    return undefined;
  }
  let end = start + codePointPrefix(text.slice(start, words[first]?.end), field.maxLength).length;
  for (const word of words.slice(first + 1, first + 1 + Math.floor(dice('words') * 3))) {
    if (!/^ +$/.test(text.slice(end, word.start)) || Array.from(text.slice(start, word.end)).length > field.maxLength) {
      break;
    }
    end = word.end;
  }
  return { start, end };
}

function toSpan(match: RegExpExecArray): Span {
  return { start: match.index, end: match.index + match[0].length };
}

function codePointPrefix(text: string, length: number): string {
  return Array.from(text).slice(0, length).join('');
}
