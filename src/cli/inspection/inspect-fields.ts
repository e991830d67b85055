import type { ChunkResult } from '../../../schemas/answer.ts';
import { type JsonValue, type Pointer, valueAt } from '../../../schemas/json.ts';
import type { OkLine, ResultSpan } from '../../../schemas/result.ts';
import type { Field } from '../../task/field.ts';
import { fixedLeaves } from '../../task/fixed-leaves.ts';
import { placeOf } from '../place-of.ts';

/** One value of an answer with all that is known about it. */
export type InspectedField = {
  readonly pointer: Pointer;
  readonly value: JsonValue;
  readonly confidence: number;
  /** Where it was copied from. */
  readonly span: ResultSpan | undefined;
  /** From 1, in the order of the answer; only what has a span has one. */
  readonly mark: number | undefined;
  /** The same for the same field of every item of a list, counted from 0. */
  readonly kind: number;
  /** What else it could have been, the likeliest first, at most three. */
  readonly runnersUp: readonly RunnerUp[];
};

type RunnerUp = { readonly text: string; readonly probability: number };

/**
 * The values of an answer in schema order. The runners-up of a label or boolean are the other labels; of any other value
 * outside lists, what other chunks of the document said.
 */
export function inspectFields(output: Field, line: OkLine, results: readonly ChunkResult[]): InspectedField[] {
  const single = new Set(fixedLeaves(output));
  const kinds = new Map<string, number>();
  let marks = 0;
  return Object.entries(line.confidence).map(([pointer, confidence]) => {
    const { name } = placeOf(output, pointer);
    if (!kinds.has(name)) kinds.set(name, kinds.size);
    const span = line.spans?.[pointer];
    const labels = line.labels?.[pointer];
    const value = valueAt(line.answer, pointer) ?? null;
    const others = single.has(pointer) ? otherChunks(results, pointer, span?.text ?? value) : [];
    return {
      pointer,
      value,
      confidence,
      span,
      mark: span === undefined ? undefined : (marks += 1),
      kind: kinds.get(name) ?? 0,
      runnersUp: likeliest(labels === undefined ? others : otherLabels(labels, value)),
    };
  });
}

function likeliest(runnersUp: readonly RunnerUp[]): RunnerUp[] {
  return runnersUp.toSorted((one, other) => other.probability - one.probability).slice(0, 3);
}

function otherLabels(labels: Readonly<Record<string, number>>, value: JsonValue): RunnerUp[] {
  const chosen = typeof value === 'string' ? value : JSON.stringify(value);
  return (
    Object.entries(labels)
      // Of a nullable field, null may be the answer while a label is called so.
      .filter(([label]) => value === null || label !== chosen)
      .map(([text, probability]) => ({ text, probability }))
  );
}

/** What chunks said that is not the answer, each text once with the most that a chunk gave it. */
function otherChunks(results: readonly ChunkResult[], pointer: Pointer, chosen: JsonValue): RunnerUp[] {
  const best = new Map<string, number>();
  for (const result of results) {
    if (result.status === 'failed') continue;
    const value = valueAt(result.answer.value, pointer);
    if (value === undefined || value === chosen || typeof value === 'object') continue;
    const text = JSON.stringify(value);
    best.set(text, Math.max(best.get(text) ?? 0, result.answer.confidence[pointer] ?? 0));
  }
  return Array.from(best, ([text, probability]) => ({ text, probability }));
}
