/** Control characters, C1 included, and the marks that turn the direction of text around. */
const UNSAFE = /[\p{Cc}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069\u2028\u2029]/gu;

/**
 * A text that can be shown on a terminal: file names and ids may hold escape sequences, and none reaches it. With
 * `keep-lines` line ends and tabs stay.
 */
export function toTerminal(text: string, lines: 'one-line' | 'keep-lines' = 'one-line'): string {
  return text.replaceAll(UNSAFE, (character) => {
    if (lines === 'keep-lines' && (character === '\n' || character === '\t')) return character;
    return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
  });
}

/** A document's text for people: as for a terminal, its lines kept, whichever way they end. */
export function toReadable(text: string): string {
  return toTerminal(text.replaceAll('\r\n', '\n'), 'keep-lines');
}
