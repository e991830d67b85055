import type { Field, LabelField } from './field.ts';
import { confidenceOf, type Merged, type Part } from './merged.ts';

type Scored = Field & (LabelField | { readonly type: 'boolean' });

/** No probability is believed to be 0: one chunk alone must not rule a label out. */
const LEAST_PROBABILITY = 1e-6;

/**
 * The label that is most probable over all parts, and every label's pooled probability: the geometric mean of the
 * parts' probabilities, weighted by chunk length and renormalised (a logarithmic opinion pool). On ties, schema order.
 */
export function poolLabels(field: Scored, parts: readonly Part[]): Merged {
  const labels = field.type === 'label' ? field.labels : ['true', 'false'];
  const weights = parts.map(({ from }) => Math.max(1, from.length));
  const length = weights.reduce((total, weight) => total + weight, 0);
  const means = labels.map((label) => {
    const logarithms = parts.map(
      (part, index) => ((weights[index] ?? 0) / length) * Math.log(probabilityOf(part, label)),
    );
    return Math.exp(logarithms.reduce((total, logarithm) => total + logarithm, 0));
  });
  const total = means.reduce((sum, mean) => sum + mean, 0);
  const best = means.indexOf(Math.max(...means));
  const label = labels[best] ?? null;
  return {
    value: field.type === 'label' ? label : label === 'true',
    confidence: { '': (means[best] ?? 0) / total },
    labels: { '': Object.fromEntries(labels.map((label, index) => [label, (means[index] ?? 0) / total])) },
    spans: {},
  };
}

function probabilityOf(part: Part, label: string): number {
  const { from, pointer, value } = part;
  const probabilities = from.labels[pointer];
  // Own members only: a label may be called `constructor`.
  const known = probabilities !== undefined && Object.hasOwn(probabilities, label) ? probabilities[label] : undefined;
  const isAnswer = (typeof value === 'boolean' ? String(value) : value) === label;
  return Math.max(LEAST_PROBABILITY, known ?? (isAnswer ? confidenceOf(part) : 0));
}
