import { once } from 'node:events';

/** Writes a result to stdout, waiting while the reader is slow. Results only; everything else is a note. */
export async function print(text: string, lineEnd = '\n'): Promise<void> {
  if (!process.stdout.write(`${text}${lineEnd}`)) await once(process.stdout, 'drain');
}

/** Says something to the person at the terminal, on stderr. */
export function note(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Prints facts: as one JSON value with `--json`, else as the lines for people. */
export async function printFacts(json: boolean | undefined, facts: unknown, lines: readonly string[]): Promise<void> {
  if (json === true) await print(JSON.stringify(facts));
  else for (const line of lines) await print(line);
}

/** Rows as columns; every column but the last is as wide as its widest cell. */
export function toTable(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows.map((row) =>
    row
      .map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}
