import type { Span } from '../../../schemas/answer.ts';

const MOST_LENGTH = 30;

/** The pieces of a text that may say a currency, in reading order: a sign, a word, or two of them (`US$`, `US Dollar`). */
export function* currencyCandidates(text: string): Generator<Span> {
  const atoms = [...text.matchAll(/\p{Sc}|\p{L}+/gu)];
  for (const [index, atom] of atoms.entries()) {
    const next = atoms[index + 1];
    if (next !== undefined) {
      const span = { start: atom.index, end: next.index + next[0].length };
      const between = text.slice(atom.index + atom[0].length, next.index);
      if (/^ ?$/.test(between) && span.end - span.start <= MOST_LENGTH) yield span;
    }
    yield { start: atom.index, end: atom.index + atom[0].length };
  }
}
