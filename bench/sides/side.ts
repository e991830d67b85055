import type { JsonObject, JsonValue } from '../../schemas/json.ts';
import type { Task } from '../../schemas/task.ts';
import type { Timing } from './stopwatch.ts';

/** A workload in the tokens of one model: what every side gets, so that all of them read the same. */
export type Prepared = {
  readonly name: string;
  readonly says: string;
  readonly task: Task;
  /** The output schema as peers can enforce it: copied values are plain strings there. */
  readonly peerSchema: JsonObject;
  /** Tokens of the prompt before and after each document. */
  readonly before: readonly number[];
  readonly after: readonly number[];
  readonly documents: readonly PreparedDocument[];
  /** Documents that are answered before the clock starts. */
  readonly warmUp: readonly PreparedDocument[];
};

export type PreparedDocument = {
  readonly text: string;
  readonly tokens: readonly number[];
  readonly gold?: JsonObject;
  /** How many tokens docmill's answer has: what sides that nothing holds are to write. */
  readonly answerTokens?: number;
};

/** What one side did with a workload in one round. */
export type Measurement = Timing & {
  readonly documents: number;
  readonly peakMemoryBytes: number | null;
  /** The answers in the order of the documents: JSON where the side gives JSON, else its text. */
  readonly answers: readonly JsonValue[];
  /** How many tokens each answer has, as far as the side says it. */
  readonly answerTokens: readonly number[];
};

/** Something that answers a workload; `peer` and `docmill` differ only in who wrote them. */
export type Side = {
  readonly name: string;
  readonly measure: (prepared: Prepared) => Promise<Measurement>;
};

/** docmill's own side that gives the same answers without the probabilities of all that they are not. */
export const ANSWER_ALONE = 'docmill, probability of the answer alone';

/** Tokens of the longest answer where nothing else ends it. */
export const LONGEST_ANSWER = 512;
/** Tokens of an answer that nobody measures. */
export const SHORT_ANSWER = 8;
