/** The first record of a CSV file, which names its columns; `bytes` as they stand in the file, from `offset`. */
export type CsvHeader = { readonly offset: number; readonly bytes: Buffer; readonly delimiter: number };

/** The delimiter of a CSV file by its header: of comma, semicolon, tab and bar the one that stands there most often. */
export function detectDelimiter(header: Buffer): number {
  const counts = delimiters.map((delimiter) => ({ delimiter, count: 0 }));
  let quoted = false;
  for (const byte of header) {
    if (byte === QUOTE) quoted = !quoted;
    const counted = quoted ? undefined : counts.find(({ delimiter }) => delimiter === byte);
    if (counted !== undefined) counted.count += 1;
  }
  return counts.reduce((best, next) => (next.count > best.count ? next : best)).delimiter;
}

const QUOTE = 0x22;
/** The comma comes first: of a file of one column it is the one. */
const delimiters = [',', ';', '\t', '|'].map((character) => character.charCodeAt(0));
