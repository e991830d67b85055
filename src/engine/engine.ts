import type { ChunkResult } from '../../schemas/answer.ts';
import type { JsonValue } from '../../schemas/json.ts';
import type { ModelIdentity } from '../../schemas/run.ts';
import type { CompiledTask } from '../task/field.ts';

/**
 * A loaded model. There are two: `llama/` (node-llama-cpp) and `stub.ts` (deterministic answers for tests). One shard
 * at a time: calls on one model never overlap.
 */
export interface Model extends AsyncDisposable {
  readonly identity: ModelIdentity;
  /** Settings that change the bytes of answers, as `run.json` freezes them. */
  readonly settings: Readonly<Record<string, JsonValue>>;
  /** How many tokens a text has, without any limit by the context. */
  countTokens(text: string): number;
  /**
   * Prepares a task; throws `SCHEMA_UNSUPPORTED` or `TASK_INVALID` when the model cannot express or hold it, and
   * `CONFIG_INVALID` when it cannot be used with the settings that are asked for.
   */
  openTask(task: CompiledTask, options?: TaskOptions): Promise<Engine>;
}

export type TaskOptions = {
  /** Also measure what constraints did to each value; the answers are the same, and take several times longer. */
  readonly explain?: boolean;
  /** Settings to use instead of the model's own, as a `run.json` has them. */
  readonly settings?: Readonly<Record<string, JsonValue>>;
  /** Name of the run whose settings they are, for the error that refuses them. */
  readonly run?: string;
};

/** Settings that a person may choose; the model decides about the others. */
export type EngineChoices = {
  readonly slots?: number | undefined;
  readonly batchTokens?: number | undefined;
  readonly contextTokens?: number | undefined;
  readonly flashAttention?: boolean | undefined;
  readonly threads?: number | undefined;
  readonly labelProbabilities?: 'answer' | undefined;
};

/**
 * A text to answer. `isPart`: the document has other chunks too, and their labels are pooled, so that every label needs
 * its probability.
 */
export type AskedChunk = { readonly text: string; readonly isPart?: boolean };

/** A model with one task: answers the chunks of a shard. */
export interface Engine extends AsyncDisposable {
  /** The longest chunk, in tokens of `countTokens`, that fits beside the prompt and the longest answer. */
  readonly maxChunkTokens: number;
  /**
   * Answers every chunk, in order, one result each. Which tokens are evaluated together is a function of `chunks`
   * alone, never of time, so the same shard gives the same bytes. A chunk that cannot be answered is a value; a throw
   * means that the engine is broken. When `signal` aborts, the call throws its reason between two steps.
   */
  answerAll(chunks: readonly AskedChunk[], signal: AbortSignal): Promise<ChunkResult[]>;
}
