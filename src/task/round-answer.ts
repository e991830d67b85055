import type { Pointer } from '../../schemas/json.ts';
import type { ResultSpan } from '../../schemas/result.ts';
import type { Field } from './field.ts';
import type { Merged } from './merged.ts';
import { walkAnswer } from './walk-answer.ts';

type Facts = {
  readonly confidence: Record<Pointer, number>;
  readonly labels?: Record<Pointer, Record<string, number>>;
  readonly spans?: Record<Pointer, ResultSpan>;
};

/**
 * What a result line says about an answer: members in schema order, probabilities with 4 digits, so that two runs give
 * the same bytes. A span holds the copied text where the answer holds something else.
 */
export function roundAnswer(output: Field, merged: Merged, copied: ReadonlyMap<Pointer, string>): Facts {
  const confidence: Record<Pointer, number> = {};
  const labels: Record<Pointer, Record<string, number>> = {};
  const spans: Record<Pointer, ResultSpan> = {};
  for (const { pointer, field } of walkAnswer(output, merged.value)) {
    const probability = merged.confidence[pointer];
    if (probability !== undefined) {
      confidence[pointer] = round(probability);
    }
    const probabilities = merged.labels[pointer];
    if (probabilities !== undefined) {
      labels[pointer] = roundLabels(field, probabilities);
    }
    const span = merged.spans[pointer];
    if (span !== undefined) {
      const text = copied.get(pointer);
      spans[pointer] = { start: span.start, end: span.end, ...(text === undefined ? {} : { text }) };
    }
  }
  return {
    confidence,
    ...(Object.keys(labels).length > 0 ? { labels } : {}),
    ...(Object.keys(spans).length > 0 ? { spans } : {}),
  };
}

function roundLabels(field: Field, probabilities: Readonly<Record<string, number>>): Record<string, number> {
  const order = field.type === 'label' ? field.labels : ['true', 'false'];
  const rank = (label: string) => (order.includes(label) ? order.indexOf(label) : order.length);
  const sorted = Object.entries(probabilities).toSorted(([left], [right]) => rank(left) - rank(right));
  return Object.fromEntries(sorted.map(([label, probability]) => [label, round(probability)]));
}

function round(probability: number): number {
  return Math.round(probability * 1e4) / 1e4;
}
