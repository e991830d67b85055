/** A part of a run: when it was written, and the documents in it. */
export type Part = { readonly atMs: number; readonly documents: number };

/**
 * Documents per second while every worker has work: from the moment when each could have written one part to the moment
 * when fewer are left than there are workers. So neither the start of the workers nor the end of the run counts.
 */
export function steadyRate(parts: readonly Part[], workers: number): number {
  const ordered = parts.toSorted((one, other) => one.atMs - other.atMs);
  const [begin, ...counted] = ordered.slice(workers - 1, ordered.length - workers + 1);
  const end = counted.at(-1);
  if (begin === undefined || end === undefined) {
    throw new Error(`${parts.length} parts are too few to time ${workers} workers.`);
  }
  const documents = counted.reduce((sum, part) => sum + part.documents, 0);
  return (1000 * documents) / (end.atMs - begin.atMs);
}
