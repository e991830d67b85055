import type { Sample } from '../million.ts';

type Point = { readonly documents: number; readonly bytes: number };

/** So many parts of the work; the first tenth of it fills caches. */
const PARTS = 20;
const WARM_PARTS = PARTS / 10;

/**
 * By how many bytes memory grows with every 100,000 documents, once a tenth of them is done: a line of least squares
 * through the lowest point of each part of the work, of what collections of garbage leave on the heap. Resident memory
 * says how seldom V8 collects, and goes up and down by ten times what is looked for.
 */
export function growthPer100k(samples: readonly Sample[]): { readonly producer: number; readonly worker: number } {
  const working = samples.filter(({ workers }) => workers.length > 0);
  return {
    producer: slope(lowest(working, ({ producer }) => producer.heap)),
    worker: slope(lowest(working, ({ workers }) => mean(workers.map(({ heap }) => heap)))),
  };
}

function lowest(samples: readonly Sample[], bytesOf: (sample: Sample) => number): Point[] {
  const most = Math.max(...samples.map(({ documents }) => documents));
  const parts = Map.groupBy(samples, ({ documents }) => Math.floor((PARTS * documents) / (most + 1)));
  return [...parts]
    .filter(([part]) => part >= WARM_PARTS)
    .map(([, own]) => ({
      documents: mean(own.map(({ documents }) => documents)),
      bytes: Math.min(...own.map(bytesOf)),
    }));
}

function slope(points: readonly Point[]): number {
  const documents = mean(points.map((point) => point.documents));
  const bytes = mean(points.map((point) => point.bytes));
  const above = points.map((point) => (point.documents - documents) * (point.bytes - bytes));
  const below = points.map((point) => (point.documents - documents) ** 2);
  return (100_000 * mean(above)) / mean(below);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
