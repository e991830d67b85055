import { type JsonValue, type Pointer, pointerTo } from '../../schemas/json.ts';
import type { LocatedAnswer } from './locate-answer.ts';

/** One value within one answer. */
export type Part = { readonly from: LocatedAnswer; readonly pointer: Pointer; readonly value: JsonValue };

/** A value with what is known about it and about everything in it; pointers start at the value. */
export type Merged = { readonly value: JsonValue } & Pick<LocatedAnswer, 'confidence' | 'labels' | 'spans'>;

/** The probability of a part's own value; 0 where the engine gave none. */
export function confidenceOf(part: Part): number {
  return part.from.confidence[part.pointer] ?? 0;
}

/** The part as it is. */
export function pick({ from, pointer, value }: Part): Merged {
  return {
    value,
    confidence: below(from.confidence, pointer),
    labels: below(from.labels, pointer),
    spans: below(from.spans, pointer),
  };
}

/** The most confident part, the earlier one on ties; there must be one. */
export function pickMostConfident(parts: readonly Part[]): Merged {
  return pick(parts.reduce((best, part) => (confidenceOf(part) > confidenceOf(best) ? part : best)));
}

/** The least confident part, the earlier one on ties; there must be one. */
export function pickLeastConfident(parts: readonly Part[]): Merged {
  return pick(parts.reduce((worst, part) => (confidenceOf(part) < confidenceOf(worst) ? part : worst)));
}

/** A container around its members. */
export function combine(value: JsonValue, members: readonly (readonly [key: string | number, Merged])[]): Merged {
  const collect = <T>(read: (merged: Merged) => Readonly<Record<Pointer, T>>): Record<Pointer, T> =>
    Object.fromEntries(
      members.flatMap(([key, merged]) =>
        Object.entries(read(merged)).map(([pointer, known]) => [`${pointerTo('', key)}${pointer}`, known]),
      ),
    );
  return {
    value,
    confidence: collect(({ confidence }) => confidence),
    labels: collect(({ labels }) => labels),
    spans: collect(({ spans }) => spans),
  };
}

function below<T>(known: Readonly<Record<Pointer, T>>, parent: Pointer): Record<Pointer, T> {
  return Object.fromEntries(
    Object.entries(known)
      .filter(([pointer]) => pointer === parent || pointer.startsWith(`${parent}/`))
      .map(([pointer, value]) => [pointer.slice(parent.length), value]),
  );
}
