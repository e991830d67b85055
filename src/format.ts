/** `1,234,567`. */
export function formatCount(count: number): string {
  return count.toLocaleString('en-US', { maximumFractionDigits: 0 });
}

/** `1 document`, `2 documents`. */
export function plural(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** Seconds as `42 s`, `3 min 5 s` or `2 h 4 min`. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** Bytes as `512 B`, `1.5 kB`, `120 MB`, in powers of 1000. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let power = 0;
  // What would be rounded to 1000 belongs to the next unit.
  for (; value >= 999.5 && power < units.length - 1; power += 1) value /= 1000;
  return `${value.toFixed(power === 0 || value >= 99.95 ? 0 : 1)} ${units[power] ?? 'B'}`;
}

/** Documents per second. */
export function formatRate(rate: number | null): string {
  if (rate === null) return '- docs/s';
  return `${rate >= 99.95 ? formatCount(rate) : rate.toFixed(1)} docs/s`;
}
