import type { LabelProbabilities } from '../../../schemas/answer.ts';
import type { Pointer } from '../../../schemas/json.ts';
import { type AnswerState, type Bytes, stepAll } from '../answer/answer-state.ts';
import type { Explained } from './explain-choice.ts';
import type { Ask, Decoder, Reply } from './question.ts';
import type { Token } from './token-context.ts';
import type { Vocabulary } from './vocabulary.ts';

/** What decoding works with. */
export type DecodeOptions = {
  readonly vocabulary: Vocabulary;
  /** The most tokens that a slot may hold. */
  readonly maxTokens: number;
  /** Also measure, for each token, how much of the model's probability the schema took away. */
  readonly explain: boolean;
  readonly labelProbabilities: LabelProbabilities;
};

/**
 * Probability of the value, and of each label that could stand in its place, where that is wanted; they share 1 with
 * null and the end of an array.
 */
export type ScoredValue = { readonly probability: number; readonly labels: Readonly<Record<string, number>> };

/** A token of a value: its probability before any constraint, and what the constraint did, if that was measured. */
export type Step = { readonly probability: number; readonly explained?: Explained };

/** How far an answer is written. The one mutable thing of decoding. */
export type Progress = {
  state: AnswerState;
  bytes: Bytes;
  /** Tokens that the slot holds and keeps. */
  evaluated: number;
  /** Tokens that are decided and not yet evaluated. */
  queue: readonly Token[];
  forced: number;
  chosen: number;
  /** The tokens that wrote a value. */
  readonly steps: Map<Pointer, Step[]>;
  /** Values that were scored against all alternatives. */
  readonly scored: Map<Pointer, ScoredValue>;
};

/** Asks about the place behind what is decided. */
export function* askNext(progress: Progress, ask: Ask): Decoder<Reply> {
  const { evaluated: keep, queue: append } = progress;
  progress.evaluated += append.length;
  progress.queue = [];
  return yield { keep, append, ask };
}

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
