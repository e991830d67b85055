/** The id of a token in the model's vocabulary. */
export type Token = number;

/** A token and its probability under the model, before any constraint. */
export type RankedToken = { readonly token: Token; readonly probability: number };

/**
 * One sequence of a model: tokens are appended at its end and may be taken back. The decoder knows nothing else of a
 * model, so it runs over a scripted source as well. To append nothing asks about the same place once more. Calls never
 * overlap, and the first one appends something.
 */
export interface TokenSource {
  /** How many tokens the sequence holds. */
  readonly length: number;
  /** Appends tokens; resolves with the most probable next one. */
  predict(tokens: readonly Token[]): Promise<RankedToken>;
  /** All next tokens after what the sequence holds, most probable first; far dearer than `predict`. */
  rankAll(): Promise<Iterable<RankedToken>>;
  /** Appends tokens; resolves with the probability of each candidate as the next one. */
  score(tokens: readonly Token[], candidates: readonly Token[]): Promise<readonly number[]>;
  /** Takes back all tokens from `length` on. */
  rewind(length: number): Promise<void>;
}
