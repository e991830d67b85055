import type { Span } from '../../../schemas/answer.ts';

/** Words and numbers of the longest date: `14 th of March , 2026` or `2026 年 3 月 14 日`. */
const MOST_ATOMS = 6;
const MOST_LENGTH = 40;

type Atom = Span & { readonly word: string };

/**
 * The pieces of a text that may say a day (`YYYY-MM-DD`), in the order of their ends and the shortest first: words and numbers of
 * one line that hold its year and its day of the month, or all its digits in one.
 */
export function* dateCandidates(text: string, day: string): Generator<Span> {
  const digits = day.split('-');
  const [year = '', , dayOfMonth = ''] = digits;
  const isYear = (word: string): boolean => word === year || word === year.slice(2);
  const isDay = (word: string): boolean => /^\d+$/.test(word) && Number(word) === Number(dayOfMonth);
  const atoms: Atom[] = [...text.matchAll(/\p{L}+|\d+/gu)].map(({ 0: word, index }) => {
    return { word, start: index, end: index + word.length };
  });
  const holdsDay = (words: readonly string[]): boolean =>
    words.some((word, at) => isYear(word) && words.some((other, place) => place !== at && isDay(other)));
  for (const [last, { word, start, end }] of atoms.entries()) {
    if (word === digits.join('')) yield { start, end };
    for (let first = last - 1; first > last - MOST_ATOMS && first >= 0; first -= 1) {
      const piece = atoms.slice(first, last + 1);
      const span = { start: piece[0]?.start ?? start, end };
      if (end - span.start > MOST_LENGTH || /[\r\n]/.test(text.slice(span.start, end))) break;
      if (holdsDay(piece.map((atom) => atom.word))) yield span;
    }
  }
}
