/** What is left of a text when only its letters and digits count, with where each of them stands. */
export function lettersAndDigits(text: string): { readonly letters: string; readonly offsets: readonly number[] } {
  const found = [...text.matchAll(/[\p{L}\p{N}]/gu)];
  return {
    letters: found.map(([letter]) => letter.toLowerCase()[0] ?? '').join(''),
    offsets: found.map(({ index }) => index),
  };
}
