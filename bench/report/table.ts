/** A Markdown table. */
export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(heads), line(heads.map((_, index) => (index === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n');
}

/** A rate with three digits that count; empty for what was not measured. */
export function rate(value: number): string {
  if (!Number.isFinite(value)) return '';
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

export function multiple(value: number): string {
  return Number.isFinite(value) ? `${value.toFixed(2)}x` : '';
}

export function percent(share: number): string {
  return Number.isFinite(share) ? `${(100 * share).toFixed(1)} %` : '';
}

export function gigabytes(bytes: number): string {
  return Number.isFinite(bytes) ? `${(bytes / 1e9).toFixed(2)} GB` : '';
}
