/**
 * The id of a file: its path relative to its root, `/` between the names. `path` holds one character per byte
 * (latin1), since file names are bytes. What is well-formed UTF-8 is kept as text; `%`, `#`, control characters (C0,
 * DEL, C1) and all other bytes become `%XX`. Two paths never have the same id, and `pathFromId` finds the path again.
 */
export function toDocumentId(path: string): string {
  return path.replace(textOrByte, (match: string, text: string | undefined) =>
    text === undefined ? percentEncode(match) : Buffer.from(text, 'latin1').toString('utf8'),
  );
}

/** The bytes of the path that `toDocumentId` made an id of; any other string gives some bytes, which may name nothing. */
export function pathFromId(id: string): Buffer {
  const bytes = Buffer.from(id, 'utf8').toString('latin1');
  const path = bytes.replace(/%([0-9A-F]{2})/g, (_match, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(path, 'latin1');
}

/**
 * Well-formed UTF-8 sequences of two to four bytes (Unicode 17, table 3-7) without those of C1 controls, or else one
 * byte that cannot stand in an id.
 */
const textOrByte = new RegExp(
  String.raw`((?:\xC2[\xA0-\xBF]|[\xC3-\xDF][\x80-\xBF]` +
    String.raw`|\xE0[\xA0-\xBF][\x80-\xBF]|[\xE1-\xEC\xEE\xEF][\x80-\xBF]{2}|\xED[\x80-\x9F][\x80-\xBF]` +
    String.raw`|\xF0[\x90-\xBF][\x80-\xBF]{2}|[\xF1-\xF3][\x80-\xBF]{3}|\xF4[\x80-\x8F][\x80-\xBF]{2})+)` +
    String.raw`|[\x00-\x1F\x7F-\xFF%#]`,
  'g',
);

function percentEncode(byte: string): string {
  return `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}
