import { sha256Of } from '../sha256.ts';

export type Selection = {
  /** Only the first so many documents. */
  readonly limit?: number;
  /** Only so many documents, drawn by the seed; the same seed draws the same documents whatever else is there. */
  readonly sample?: { readonly size: number; readonly seed: number };
};

/** The documents that a selection leaves, in their order. Memory grows with the size of the sample only. */
export async function* selectDocuments<T extends { readonly id: string }>(
  documents: AsyncIterable<T>,
  selection: Selection,
): AsyncGenerator<T> {
  const sampled = selection.sample === undefined ? documents : drawSample(documents, selection.sample);
  const limit = selection.limit ?? Number.POSITIVE_INFINITY;
  let count = 0;
  if (limit === 0) return;
  for await (const document of sampled) {
    yield document;
    count += 1;
    if (count >= limit) return;
  }
}

type Drawn<T> = { readonly document: T; readonly place: number; readonly rank: string };

/** Every document has a rank that follows from seed and id; the sample is the lowest ranks. */
async function* drawSample<T extends { readonly id: string }>(
  documents: AsyncIterable<T>,
  { size, seed }: { readonly size: number; readonly seed: number },
): AsyncGenerator<T> {
  let drawn: Drawn<T>[] = [];
  let place = 0;
  for await (const document of documents) {
    const rank = sha256Of(`${seed}\n${document.id}`);
    drawn.push({ document, place, rank });
    place += 1;
    if (drawn.length >= 2 * size + 64) drawn = lowest(drawn, size);
  }
  for (const { document } of lowest(drawn, size).sort((one, other) => one.place - other.place)) yield document;
}

function lowest<T>(drawn: readonly Drawn<T>[], size: number): Drawn<T>[] {
  return [...drawn].sort((one, other) => (one.rank < other.rank ? -1 : 1)).slice(0, size);
}
