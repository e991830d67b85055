import type { ChunkAnswer, Explanation, LabelProbabilities, TokenCounts } from '../../../schemas/answer.ts';
import { type JsonValue, jsonValueSchema, type Pointer } from '../../../schemas/json.ts';
import type { Field } from '../../task/field.ts';
import { walkAnswer } from '../../task/walk-answer.ts';
import { fromBytes } from '../answer/answer-state.ts';
import type { DecodedAnswer } from './decode-answer.ts';
import { locateSpans } from '../answer/locate-spans.ts';
import type { Explained } from './explain-choice.ts';
import type { Step } from './progress.ts';

/**
 * Turns what was decoded into an answer. Confidence of a leaf: for labels and booleans their probability among all
 * alternatives (null and the end of the array among them); for null elsewhere the product, for any other value the
 * geometric mean of its tokens' probabilities, both before constraints, so that a value that the model was kept from
 * writing differently shows; 1 where the schema left no choice. `labels` holds the probability of each label only where
 * all were scored.
 */
export function assembleAnswer(
  output: Field,
  text: string,
  decoded: DecodedAnswer,
  tokens: Pick<TokenCounts, 'prompt' | 'cached'>,
  labelProbabilities: LabelProbabilities,
): ChunkAnswer {
  const value = jsonValueSchema.parse(JSON.parse(fromBytes(decoded.bytes)));
  const confidence: Record<Pointer, number> = {};
  const labels: Record<Pointer, Readonly<Record<string, number>>> = {};
  const leaves = [...walkAnswer(output, value)].filter((node) => isLeaf(node.value));
  for (const { pointer, field, value: leaf } of leaves) {
    const scored = decoded.scored.get(pointer);
    confidence[pointer] = scored?.probability ?? toConfidence(decoded.steps.get(pointer) ?? [], leaf);
    if (labelProbabilities === 'all' && (field.type === 'label' || field.type === 'boolean')) {
      labels[pointer] = scored?.labels ?? { [typeof leaf === 'string' ? leaf : JSON.stringify(leaf)]: 1 };
    }
  }
  const { forced, chosen } = decoded;
  const spans = locateSpans(output, value, text);
  const explanations = explainAll(leaves, decoded);
  return {
    value,
    confidence,
    labels,
    spans,
    tokens: { ...tokens, forced, chosen },
    ...(explanations && { explanations }),
  };
}

function isLeaf(value: JsonValue): boolean {
  return typeof value !== 'object' || value === null || Object.keys(value).length === 0;
}

function toConfidence(steps: readonly Step[], value: JsonValue): number {
  const product = steps.reduce((total, { probability }) => total + Math.log(probability), 0);
  const mean = value === null || steps.length === 0 ? product : product / steps.length;
  return Math.min(1, Math.exp(mean));
}

/** Explanations of the leaves that are no choice between labels; undefined where nothing was measured. */
function explainAll(
  leaves: readonly { readonly pointer: Pointer }[],
  { steps, scored }: DecodedAnswer,
): Record<Pointer, Explanation> | undefined {
  const explained = leaves.flatMap(({ pointer }) => {
    const measured = (steps.get(pointer) ?? []).flatMap((step) => step.explained ?? []);
    return scored.has(pointer) || measured.length === 0 ? [] : [[pointer, explain(measured)] as const];
  });
  return explained.length === 0 ? undefined : Object.fromEntries(explained);
}

function explain(measured: readonly Explained[]): Explanation {
  const masked = measured.map((one) => one.masked);
  return {
    mean: Math.exp(masked.reduce((total, one) => total + Math.log(one), 0) / masked.length),
    least: Math.min(...masked),
    removed: Math.max(...measured.map((one) => one.removed)),
  };
}
