import type { Span } from '../../schemas/answer.ts';
import { type Rates, toRates } from './rates.ts';

/** Characters (UTF-16 code units) of one gold span, of the predicted one, and of both. */
export type SpanOverlap = { readonly gold: number; readonly predicted: number; readonly shared: number };

/**
 * How far a predicted span covers the gold one. Where the gold value stands at several places, each is as good: the one
 * that shares most with the prediction counts, the first one on ties.
 */
export function overlapSpans(places: readonly Span[], predicted: Span | undefined): SpanOverlap {
  const shared = places.map((place) => sharedLength(place, predicted));
  const best = places[Math.max(0, shared.indexOf(Math.max(...shared)))];
  return {
    gold: best === undefined ? 0 : lengthOf(best),
    predicted: predicted === undefined ? 0 : lengthOf(predicted),
    shared: best === undefined ? 0 : sharedLength(best, predicted),
  };
}

/** Over all spans: precision = Σ shared / Σ predicted, recall = Σ shared / Σ gold, F1 = 2·Σ shared / Σ (gold + predicted). */
export function spanScores(overlaps: readonly SpanOverlap[]): Rates {
  const sum = (name: keyof SpanOverlap): number => overlaps.reduce((total, overlap) => total + overlap[name], 0);
  return toRates({ right: sum('shared'), predicted: sum('predicted'), gold: sum('gold') });
}

function sharedLength(place: Span, predicted: Span | undefined): number {
  if (predicted === undefined) return 0;
  return Math.max(0, Math.min(place.end, predicted.end) - Math.max(place.start, predicted.start));
}

function lengthOf({ start, end }: Span): number {
  return end - start;
}
