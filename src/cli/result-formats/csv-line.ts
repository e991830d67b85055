import type { JsonValue } from '../../../schemas/json.ts';

/**
 * One row of RFC 4180, without its line end: null and undefined are empty cells, an empty text is `""`, lists and objects
 * are compact JSON. What a spreadsheet would take for a formula gets an apostrophe before it.
 */
export function toCsvLine(cells: readonly (JsonValue | undefined)[]): string {
  return cells.map(toCell).join(',');
}

function toCell(value: JsonValue | undefined): string {
  if (value === undefined || value === null) return '';
  // A number that is one is no formula, whatever its sign.
  if (typeof value === 'number' || typeof value === 'boolean') return JSON.stringify(value);
  const text = defuse(typeof value === 'string' ? value : JSON.stringify(value));
  return text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * `=`, `+`, `-` and `@` at the start of a cell, white space passed over, begin a formula. A spreadsheet of another
 * country splits cells at `;` or tabs and does not know that a quoted line goes on, so a start is behind those as well.
 * The look back comes second, or it would be taken from every character of a stretch of white space.
 */
const FORMULA = /[=+\-@＝＋－＠](?<=(?:^|[;\t\r\n])[\s\p{C}]*.)/gu;

function defuse(text: string): string {
  return text.replaceAll(FORMULA, "'$&");
}
