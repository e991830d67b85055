import type { Span } from '../../../schemas/answer.ts';

const SPACE = '[ \\u00A0\\u2009\\u202F]';
/** Digits with their separators; a space only groups three digits. */
const DIGITS = new RegExp(String.raw`(?:(?<![\p{L}\p{N}])[.,])?\d+(?:[.,'’]\d+|${SPACE}\d{3}(?!\d))*`, 'gu');

/**
 * The pieces of a text that may say a number, in reading order: digits with their separators, where spaces group also
 * each group alone, then the same with a sign or in parentheses. Currencies around the digits are left out.
 */
export function* numberCandidates(text: string): Generator<Span> {
  for (const { 0: digits, index } of text.matchAll(DIGITS)) {
    for (const { start, end } of groupsOf(digits, index)) {
      yield { start, end };
      yield* signed(text, start, end);
    }
  }
}

/** Every run of neighbouring groups, the longest first where they begin together. */
function* groupsOf(digits: string, offset: number): Generator<Span> {
  const groups = [...digits.matchAll(new RegExp(`(?!${SPACE}).+?(?=${SPACE}|$)`, 'g'))];
  for (const [first, group] of groups.entries()) {
    for (const last of groups.slice(first).toReversed()) {
      yield { start: offset + group.index, end: offset + last.index + last[0].length };
    }
  }
}

function* signed(text: string, start: number, end: number): Generator<Span> {
  const before = /(?:^|[^\p{L}\p{N}])(?<sign>[-−–+] ?\p{Sc}? ?)$/u.exec(text.slice(Math.max(0, start - 5), start));
  const sign = before?.groups?.['sign'];
  if (sign !== undefined) yield { start: start - sign.length, end };
  if (/^-(?![\p{L}\p{N}])/u.test(text.slice(end, end + 2))) yield { start, end: end + 1 };
  const opening = /\( ?\p{Sc}? ?$/u.exec(text.slice(Math.max(0, start - 4), start));
  const closing = /^ ?\p{Sc}? ?\)/u.exec(text.slice(end, end + 4));
  if (opening !== null && closing !== null) {
    yield { start: start - opening[0].length, end: end + closing[0].length };
  }
}
