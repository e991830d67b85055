import type { Span } from '../../../schemas/answer.ts';

/** A piece of a text: which of the spans (by their index) it lies in, which begin with it, which end with it. */
export type Piece = {
  readonly text: string;
  readonly inside: readonly number[];
  readonly begin: readonly number[];
  readonly end: readonly number[];
};

/** A text cut wherever a span begins or ends; the pieces join back to it. Spans may overlap, none is empty. */
export function cutAtSpans(text: string, spans: readonly Span[]): Piece[] {
  const begins = Map.groupBy(spans.keys(), (index) => spans[index]?.start ?? 0);
  const ends = Map.groupBy(spans.keys(), (index) => spans[index]?.end ?? 0);
  const cuts = [...new Set([0, ...begins.keys(), ...ends.keys(), text.length])].toSorted((one, other) => one - other);
  const pieces: Piece[] = [];
  let inside: readonly number[] = [];
  for (const [index, start] of cuts.entries()) {
    const stop = cuts[index + 1];
    if (stop === undefined) break;
    const closed = ends.get(start) ?? [];
    const begin = begins.get(start) ?? [];
    inside = [...inside.filter((span) => !closed.includes(span)), ...begin];
    pieces.push({ text: text.slice(start, stop), inside, begin, end: ends.get(stop) ?? [] });
  }
  return pieces;
}
