import { lettersAndDigits } from '../same-text.ts';

/**
 * The rows of a receipt that a gold text stands on, as they are printed there; undefined where it does not stand there.
 * Gold joins rows by spaces or commas and was typed by hand, so only letters and digits are compared. A first or last
 * row is taken whole when nothing but signs would be left of it.
 */
export function copyRows(text: string, gold: string): string[] | undefined {
  const { letters, offsets } = lettersAndDigits(text);
  const wanted = lettersAndDigits(gold).letters;
  const found = wanted === '' ? -1 : letters.indexOf(wanted);
  const first = offsets[found];
  const last = offsets[found + wanted.length - 1];
  if (first === undefined || last === undefined) return undefined;
  const slice = text.slice(withSigns(text, first, -1), withSigns(text, last, 1) + 1);
  return slice
    .split('\n')
    .map((row) => row.trim())
    .filter((row) => /[\p{L}\p{N}]/u.test(row));
}

/** The end of the row in that direction if only signs stand before it, else the place itself. */
function withSigns(text: string, from: number, step: 1 | -1): number {
  let at = from;
  while (text[at + step] !== undefined && text[at + step] !== '\n') {
    at += step;
    if (/[\p{L}\p{N}]/u.test(text[at] ?? '')) return from;
  }
  return at;
}
