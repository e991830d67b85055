import type { Label, LabelScores } from '../evaluation/label-scores.ts';
import { toTable } from './output.ts';
import { toTerminal } from './terminal-text.ts';

const MOST_WIDTH = 76;
const MOST_CONFUSIONS = 5;

/** A label as people read it: null is no text. */
export function formatLabel(label: Label): string {
  return toTerminal(label === null ? '(null)' : String(label));
}

/** What was answered (columns) for each gold label (rows), or the commonest confusions where that is too wide. */
export function confusionLines({ labels, counts }: LabelScores['confusion']): string[] {
  const names = [...labels.map(formatLabel), '(none)'];
  const isShown = (index: number): boolean => counts[index]?.some(Boolean) === true || counts.some((row) => row[index]);
  const shown = [...names.keys()].filter(isShown);
  const header = ['GOLD \\ ANSWER', ...shown.map((index) => names[index] ?? '')];
  const rows = shown.map((gold) =>
    [names[gold] ?? ''].concat(shown.map((index) => String(counts[gold]?.[index] ?? 0))),
  );
  const lines = toTable([header, ...rows]);
  return ['', ...(lines.every((line) => line.length <= MOST_WIDTH) ? lines : commonest(names, counts))];
}

function commonest(names: readonly string[], counts: readonly (readonly number[])[]): string[] {
  const confusions = counts.flatMap((row, gold) =>
    row.flatMap((count, predicted) =>
      count > 0 && gold !== predicted ? [{ count, gold: names[gold] ?? '', predicted: names[predicted] ?? '' }] : [],
    ),
  );
  const rows = confusions
    .toSorted((one, other) => other.count - one.count)
    .slice(0, MOST_CONFUSIONS)
    .map(({ count, gold, predicted }) => [String(count), `${shorten(gold)} → ${shorten(predicted)}`]);
  return rows.length === 0 ? ['no confusions'] : ['commonest confusions:', ...toTable(rows)];
}

function shorten(name: string): string {
  return name.length <= 28 ? name : `${name.slice(0, 27)}…`;
}
