import type { JsonValue, Pointer } from './json.ts';

/** Whether an answer says how probable each label was, or, with fewer evaluations, only how probable its own are. */
export const labelProbabilities = ['all', 'answer'] as const;
export type LabelProbabilities = (typeof labelProbabilities)[number];

/** A half-open range `[start, end)` of UTF-16 code units. */
export type Span = { readonly start: number; readonly end: number };

/** Tokens that an answer cost: read from the prompt, reused from the cache, forced by the schema, chosen by the model. */
export type TokenCounts = {
  readonly prompt: number;
  readonly cached: number;
  readonly forced: number;
  readonly chosen: number;
};

/**
 * What an engine answers about one chunk. `value` follows the task's fields as the model wrote them: a verbatim field
 * holds the copied text, not yet normalised. Pointers lead to the leaves of `value`; `spans` are relative to the
 * chunk's text and exist for every verbatim leaf that is not null: `text.slice(start, end)` is the leaf's value.
 */
export type ChunkAnswer = {
  readonly value: JsonValue;
  /** Probability of each leaf's value under the model, in [0, 1]. */
  readonly confidence: Readonly<Record<Pointer, number>>;
  /**
   * Probability of every label, for enum fields (and, under "true" and "false", boolean fields). They sum to 1, less the
   * probability of null where the field is nullable; the entry of the value is its confidence. For an item of a
   * multi-label field: of every label that was still open, less the probability that the list ends before it. Empty
   * where only the answer's own probabilities are known.
   */
  readonly labels: Readonly<Record<Pointer, Readonly<Record<string, number>>>>;
  readonly spans: Readonly<Record<Pointer, Span>>;
  readonly tokens: TokenCounts;
  /** Only where it was asked for. */
  readonly explanations?: Readonly<Record<Pointer, Explanation>>;
};

/**
 * How sure the model was of a value that is no label, under the constraint: geometric mean and least of its tokens'
 * probabilities among what was allowed; `removed`: the most that the constraint took away before one of them, which
 * shows that the model would have written something else.
 */
export type Explanation = { readonly mean: number; readonly least: number; readonly removed: number };

/** Why an engine could not answer a chunk: a property of the document, so another attempt would end the same. */
export type ChunkFailure = { readonly code: 'TOO_LONG' | 'GENERATION_LIMIT'; readonly message: string };

export type ChunkResult =
  | { readonly status: 'answered'; readonly answer: ChunkAnswer }
  | { readonly status: 'failed'; readonly failure: ChunkFailure };
