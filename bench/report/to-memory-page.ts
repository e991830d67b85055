import type { Machine } from '../machine.ts';
import type { MemorySample } from '../memory.ts';
import { median } from './median.ts';
import { table } from './table.ts';

type MemoryReport = {
  readonly machine: Machine;
  readonly model: string;
  readonly task: string;
  readonly samples: readonly MemorySample[];
};

/** Rows of the table; enough to see a slope. */
const ROWS = 12;

/** The memory of one worker over many documents as a page for people. */
export function toMemoryPage({ machine, model, task, samples }: MemoryReport): string {
  const step = Math.max(1, Math.floor(samples.length / ROWS));
  const shown = samples.filter((_, index) => index % step === 0);
  const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(0);
  const [first, second] = halves(samples).map((half) => median(half.map(({ rssBytes }) => rssBytes)));
  const done = samples.at(-1)?.documents ?? 0;
  return `${[
    '# Memory',
    `Made by \`npm run bench:memory\`: ${done} documents through one worker, task \`${task}\`, model \`${model}\`, ${machine.cpu}, Node ${machine.node}.`,
    `Resident memory, median of the second and of the third third of the documents: ${megabytes(first ?? NaN)} MB and ${megabytes(second ?? NaN)} MB; at most ${megabytes(Math.max(...samples.map(({ rssBytes }) => rssBytes)))} MB.`,
    table(
      ['documents', 'resident memory, MB'],
      shown.map(({ documents, rssBytes }) => [String(documents), megabytes(rssBytes)]),
    ),
  ].join('\n\n')}\n`;
}

/** The second and the third third: the first one fills caches. */
function halves(samples: readonly MemorySample[]): readonly MemorySample[][] {
  const third = Math.floor(samples.length / 3);
  return [samples.slice(third, 2 * third), samples.slice(2 * third)];
}
