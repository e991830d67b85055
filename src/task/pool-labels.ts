import type { Field, LabelField } from './field.ts';
import { confidenceOf, type Merged, type Part } from './merged.ts';

type Scored = Field & (LabelField | { readonly type: 'boolean' });

/** No probability is believed to be 0: one chunk alone must not rule a label out. */
const LEAST_PROBABILITY = 1e-6;

/**
 * The label that is most probable over all parts, and every label's pooled probability: the geometric mean of the
 * parts' probabilities, weighted by chunk length and renormalised (a logarithmic opinion pool). In a nullable field null
 * is one more alternative, with what the labels leave. On ties, schema order, null last.
 */
export function poolLabels(field: Scored, parts: readonly Part[]): Merged {
  const labels = field.type === 'label' ? field.labels : ['true', 'false'];
  const alternatives = field.nullable ? [...labels, null] : labels;
  const weights = parts.map(({ from: { chunk } }) => Math.max(1, chunk.end - chunk.start));
  const length = weights.reduce((total, weight) => total + weight, 0);
  const means = alternatives.map((alternative) => {
    const logarithms = parts.map(
      (part, index) => ((weights[index] ?? 0) / length) * Math.log(probabilityOf(part, alternative)),
    );
    return Math.exp(logarithms.reduce((total, logarithm) => total + logarithm, 0));
  });
  const total = means.reduce((sum, mean) => sum + mean, 0);
  const best = means.indexOf(Math.max(...means));
  const label = alternatives[best] ?? null;
  return {
    value: field.type === 'label' || label === null ? label : label === 'true',
    confidence: { '': (means[best] ?? 0) / total },
    labels: { '': Object.fromEntries(labels.map((label, index) => [label, (means[index] ?? 0) / total])) },
    spans: {},
  };
}

function probabilityOf(part: Part, alternative: string | null): number {
  const { from, pointer, value } = part;
  const probabilities = from.labels[pointer];
  const isAnswer = (typeof value === 'boolean' ? String(value) : value) === alternative;
  const known = probabilities === undefined ? undefined : readKnown(probabilities, alternative);
  return Math.max(LEAST_PROBABILITY, known ?? (isAnswer ? confidenceOf(part) : 0));
}

function readKnown(probabilities: Readonly<Record<string, number>>, alternative: string | null): number | undefined {
  if (alternative === null) {
    return 1 - Object.values(probabilities).reduce((sum, probability) => sum + probability, 0);
  }
  // Own members only: a label may be called `constructor`.
  return Object.hasOwn(probabilities, alternative) ? probabilities[alternative] : undefined;
}
