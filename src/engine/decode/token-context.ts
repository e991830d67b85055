/** The id of a token in the model's vocabulary. */
export type Token = number;

/** A possible next token and its logit: the logarithm of its probability, up to a constant of the place. */
export type TokenLogit = { readonly token: Token; readonly logit: number };

/** Tokens to append to one slot, and whether the next token is asked about; logits cost half of a small evaluation. */
export type Run = {
  readonly slot: number;
  readonly tokens: readonly Token[];
  readonly asks: boolean;
  /** Tokens of any kind that are evaluated behind them and taken back at once, so that a batch becomes even. */
  readonly padding?: number;
};

/**
 * A model's context: slots, each of them one sequence of tokens. Everything above it is free of native code, so it runs
 * over scripted logits as well. Calls never overlap.
 */
export interface TokenContext extends AsyncDisposable {
  readonly slots: number;
  /**
   * Appends each run to its slot, all in one evaluation, and resolves with the places behind those that ask, in order.
   * Runs of consecutive slots with equally many tokens, their padding counted, are evaluated together, others one after
   * another. Only a run that does not ask may have no tokens but padding.
   */
  evaluate(runs: readonly Run[]): Promise<readonly Place[]>;
  /** Takes back all tokens of a slot from `length` on. */
  truncate(slot: number, length: number): void;
  /** Makes a slot hold exactly what another one holds. */
  copy(from: number, to: number): Promise<void>;
}

/** A token, and the logarithm of the sum of exp(logit) over the whole vocabulary. */
export type Highest = TokenLogit & { readonly logTotal: number };

/** What the model expects behind a run. Valid until the next evaluation. */
export interface Place {
  /** The most probable tokens, at most `count`, the most probable first; of equals, the one with the lower id. */
  best(count: number): Promise<readonly TokenLogit[]>;
  /** The same, of these tokens. */
  bestOf(tokens: readonly Token[], count: number): Promise<readonly TokenLogit[]>;
  /** The logits of these tokens, in their order. */
  weigh(tokens: readonly Token[]): Promise<readonly TokenLogit[]>;
  /** The most probable token and, dear where the vocabulary is large, the sum over all of it. */
  highest(): Promise<Highest>;
}
