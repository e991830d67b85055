import type { Pointer } from '../../../schemas/json.ts';
import { type AnswerState, type Bytes, stepAll } from './answer-state.ts';
import type { Token, TokenSource } from './token-source.ts';
import type { Vocabulary } from './vocabulary.ts';

/** What decoding works with. */
export type DecodeOptions = {
  readonly source: TokenSource;
  readonly vocabulary: Vocabulary;
  /** The most tokens that the source may hold. */
  readonly maxTokens: number;
  readonly signal: AbortSignal;
};

/** Probability of the value, and of each label that could stand in its place; they share 1 with null and the end of an array. */
export type ScoredValue = { readonly probability: number; readonly labels: Readonly<Record<string, number>> };

/** How far an answer is written. The one mutable thing of decoding. */
export type Progress = {
  state: AnswerState;
  bytes: Bytes;
  /** Tokens that are decided and not yet evaluated. */
  queue: readonly Token[];
  forced: number;
  chosen: number;
  /** Probabilities, before any constraint, of the tokens that wrote a value. */
  readonly steps: Map<Pointer, number[]>;
  /** Values that were scored against all alternatives. */
  readonly scored: Map<Pointer, ScoredValue>;
};

/** Moves over a token that is allowed; says how many bytes it has. */
export function takeToken(progress: Progress, token: Token, vocabulary: Vocabulary): number {
  const bytes = vocabulary.bytesOf(token) ?? '';
  const state = stepAll(progress.state, bytes);
  if (state === undefined) {
    throw new Error('a token was taken that the answer does not allow');
  }
  progress.state = state;
  progress.bytes += bytes;
  progress.queue = [...progress.queue, token];
  return bytes.length;
}
