/** Cells of a CSV file by the grammar of RFC 4180 and nothing more; null for an empty cell that is not quoted. */
export function readCsv(text: string): (string | null)[][] {
  const rows: (string | null)[][] = [[]];
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gy;
  for (const [, quoted, bare = '', border] of text.matchAll(cell)) {
    rows.at(-1)?.push(quoted === undefined ? bare || null : quoted.replaceAll('""', '"'));
    if (border === '\r\n') rows.push([]);
  }
  const length = [...text.matchAll(cell)].reduce((total, [match]) => total + match.length, 0);
  if (length !== text.length) throw new Error(`It is no CSV at ${length}.`);
  return rows.slice(0, -1);
}
