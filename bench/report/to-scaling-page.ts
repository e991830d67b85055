import type { Machine } from '../machine.ts';
import { percent, rate, table } from './table.ts';

/** The rates of one model with more and more workers; the first one is what the others are compared with. */
export type ScalingSeries = {
  readonly model: string;
  readonly measurements: readonly { readonly workers: number; readonly documentsPerSecond: number }[];
};

type ScalingReport = {
  readonly machine: Machine;
  readonly documentsPerWorker: number;
  readonly series: readonly ScalingSeries[];
};

/** How the rate grows with the number of workers, as a page for people. */
export function toScalingPage({ machine, documentsPerWorker, series }: ScalingReport): string {
  return `${[
    '# Scaling',
    `Made by \`npm run bench:scaling\` on ${machine.cpu}, ${machine.cores} cores, Node ${machine.node}: ${documentsPerWorker} documents per worker, task \`ticket\`, the rate while all workers have work. *Efficiency* is the rate per worker beside that of the fewest workers.`,
    ...series.flatMap(({ model, measurements }) => [`## \`${model}\``, says(model), toTable(measurements)]),
  ].join('\n\n')}\n`;
}

function says(model: string): string {
  return model.startsWith('stub:')
    ? 'Workers that only wait, so that there can be more of them than cores: what is measured is the queue, the files and docmill itself.'
    : 'One worker and one thread per core: what is measured is also what cores take from each other.';
}

function toTable(measurements: ScalingSeries['measurements']): string {
  const [first] = measurements;
  const single = first === undefined ? Number.NaN : first.documentsPerSecond / first.workers;
  return table(
    ['workers', 'documents/s', 'per worker', 'efficiency'],
    measurements.map(({ workers, documentsPerSecond }) => [
      String(workers),
      rate(documentsPerSecond),
      rate(documentsPerSecond / workers),
      percent(documentsPerSecond / workers / single),
    ]),
  );
}
