import type { OutcomeCounts } from '../../schemas/manifest.ts';
import type { RunProgress } from '../ledger/run-progress.ts';
import { formatCount, formatDuration, formatRate } from '../format.ts';
import { sumOf } from '../ledger/count-outcomes.ts';

/** `970 ok, 20 failed (CHANGED 12, BINARY 8), 10 skipped (EMPTY 10)`. */
export function formatOutcomes(outcomes: OutcomeCounts): string {
  const byCode = (counts: Readonly<Record<string, number>>) =>
    Object.entries(counts)
      .map(([code, count]) => `${code} ${formatCount(count)}`)
      .join(', ');
  const parts = [`${formatCount(outcomes.ok)} ok`];
  for (const status of ['failed', 'skipped'] as const) {
    const sum = sumOf(outcomes[status]);
    if (sum > 0) parts.push(`${formatCount(sum)} ${status} (${byCode(outcomes[status])})`);
  }
  return parts.join(', ');
}

/** `1,234/5,000 documents (24 %)`. */
export function formatDone({ documents }: RunProgress): string {
  const percent = documents.total === 0 ? 100 : Math.floor((100 * documents.done) / documents.total);
  return `${formatCount(documents.done)}/${formatCount(documents.total)} documents (${percent} %)`;
}

/** `12.3 docs/s, 5 min 6 s to go`. */
export function formatPace({ documents, rate, etaSeconds }: RunProgress): string {
  const eta = etaSeconds === null || documents.done === documents.total ? '' : `, ${formatDuration(etaSeconds)} to go`;
  return `${formatRate(rate)}${eta}`;
}

/** One line that says how far a run is. */
export function formatProgress(progress: RunProgress): string {
  return `${formatDone(progress)}, ${formatPace(progress)}, ${formatCount(sumOf(progress.outcomes.failed))} failed`;
}
