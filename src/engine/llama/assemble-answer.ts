import type { ChunkAnswer, TokenCounts } from '../../../schemas/answer.ts';
import { type JsonValue, jsonValueSchema, type Pointer } from '../../../schemas/json.ts';
import type { Field } from '../../task/field.ts';
import { walkAnswer } from '../../task/walk-answer.ts';
import { fromBytes } from './answer-state.ts';
import type { DecodedAnswer } from './decode-answer.ts';
import { locateSpans } from './locate-spans.ts';

/**
 * Turns what was decoded into an answer. Confidence of a leaf: for labels and booleans their probability among all
 * alternatives (null and the end of the array among them); for null elsewhere the product, for any other value the
 * geometric mean of its tokens' probabilities, both before constraints, so that a value that the model was kept from
 * writing differently shows; 1 where the schema left no choice.
 */
export function assembleAnswer(
  output: Field,
  text: string,
  decoded: DecodedAnswer,
  tokens: Pick<TokenCounts, 'prompt' | 'cached'>,
): ChunkAnswer {
  const value = jsonValueSchema.parse(JSON.parse(fromBytes(decoded.bytes)));
  const confidence: Record<Pointer, number> = {};
  const labels: Record<Pointer, Readonly<Record<string, number>>> = {};
  for (const { pointer, field, value: part } of walkAnswer(output, value)) {
    if (!isLeaf(part)) {
      continue;
    }
    const scored = decoded.scored.get(pointer);
    confidence[pointer] = scored?.probability ?? toConfidence(decoded.steps.get(pointer) ?? [], part);
    if (field.type === 'label' || field.type === 'boolean') {
      labels[pointer] = scored?.labels ?? { [typeof part === 'string' ? part : JSON.stringify(part)]: 1 };
    }
  }
  const { forced, chosen } = decoded;
  const spans = locateSpans(output, value, text);
  return { value, confidence, labels, spans, tokens: { ...tokens, forced, chosen } };
}

function isLeaf(value: JsonValue): boolean {
  return typeof value !== 'object' || value === null || Object.keys(value).length === 0;
}

function toConfidence(probabilities: readonly number[], value: JsonValue): number {
  const product = probabilities.reduce((total, probability) => total + Math.log(probability), 0);
  const mean = value === null || probabilities.length === 0 ? product : product / probabilities.length;
  return Math.min(1, Math.exp(mean));
}
