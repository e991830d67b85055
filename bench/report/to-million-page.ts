import type { Machine } from '../machine.ts';
import type { Memory, Sample } from '../million.ts';
import { growthPer100k } from './growth.ts';
import { table } from './table.ts';

type MillionReport = {
  readonly machine: Machine;
  readonly documents: number;
  readonly workers: number;
  readonly plannedSeconds: number;
  readonly seconds: number;
  readonly lines: number;
  readonly distinct: number;
  readonly samples: readonly Sample[];
};

/** Rows of the table; enough to see a slope. */
const ROWS = 12;

/** Memory and queue over very many documents as a page for people. */
export function toMillionPage(report: MillionReport): string {
  const { machine, documents, workers, plannedSeconds, seconds, samples } = report;
  const working = samples.filter((sample) => sample.workers.length > 0);
  const step = Math.max(1, Math.floor(working.length / ROWS));
  const growth = growthPer100k(samples);
  const readBack = samples.filter((sample) => sample.documents >= documents);
  const heapsRead = {
    producer: mostOf(
      readBack.map(({ producer }) => producer),
      'heap',
    ),
    worker: mostOf(
      readBack.flatMap((sample) => sample.workers),
      'heap',
    ),
  };
  const most = (bytesOf: (sample: Sample) => number): string => megabytes(Math.max(...samples.map(bytesOf)));
  return `${[
    '# A million documents',
    `Made by \`npm run bench:million\`: ${documents} documents of one JSONL file, ${workers} worker(s) with the stub model, \`enqueue --wait\`, ${machine.cpu}, Node ${machine.node}.`,
    `Planned in ${plannedSeconds} s, complete after ${seconds} s: ${report.lines} lines of ${report.distinct} different documents.`,
    `Most memory: enqueue ${most(({ producer }) => producer.resident)} MB, a worker ${most(({ workers }) => mostOf(workers, 'resident'))} MB, Redis ${most(({ redis }) => redis)} MB. What collections of garbage leave on the heap (*heap*) grows with every 100,000 documents, after the first tenth, by ${megabytes(growth.producer)} MB in enqueue and ${megabytes(growth.worker)} MB in a worker. While all lines are read back at the end it rises to ${megabytes(heapsRead.producer)} and ${megabytes(heapsRead.worker)} MB, for what the manifest says of each part.`,
    table(
      ['documents', 'seconds', 'enqueue, MB', 'heap, MB', 'worker, MB', 'heap, MB', 'Redis, MB'],
      working
        .filter((_, index) => index % step === 0)
        .map((sample) => [
          String(sample.documents),
          String(sample.seconds),
          megabytes(sample.producer.resident),
          megabytes(sample.producer.heap),
          megabytes(mostOf(sample.workers, 'resident')),
          megabytes(mostOf(sample.workers, 'heap')),
          megabytes(sample.redis),
        ]),
    ),
  ].join('\n\n')}\n`;
}

function mostOf(processes: readonly Memory[], kind: keyof Memory): number {
  return Math.max(0, ...processes.map((memory) => memory[kind]));
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
