/**
 * A copied text with one spelling for what looks the same: full-width forms become ASCII, every kind of space one
 * space, every minus sign and apostrophe the ASCII one. Not NFKC, which would turn `12²` into `122`.
 */
export function plainText(text: string): string {
  return text
    .replaceAll(/[\uFF01-\uFF5E]/g, (character) => String.fromCharCode(character.charCodeAt(0) - 0xfee0))
    .replaceAll('\uFFE1', '£')
    .replaceAll('\uFFE5', '¥')
    .replaceAll(/[\u200E\u200F\u061C]/g, '')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/[\u2212\u2010\u2011\uFE63]/g, '-')
    .replaceAll(/[\u2019\u02BC\u00B4]/g, "'")
    .trim();
}
