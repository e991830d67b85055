import type { Token, TokenContext } from './token-context.ts';

/** The beginning that all prompts of a task share, kept in the slots of a context from one document to the next. */
export type PromptPrefix = {
  /**
   * Makes the first `slots` slots begin with `prefix`, evaluated once and copied; what they held behind it may still be
   * there. Resolves with how many tokens were evaluated: all or none, so that the same document is always evaluated in
   * the same batches. When `signal` aborts, its reason is thrown before the next evaluation; forget everything then.
   */
  readonly hold: (prefix: readonly Token[], slots: number, signal: AbortSignal) => Promise<number>;
  /** Forgets everything; for use after an error or an abort, when the state is unknown. */
  readonly forget: () => void;
};

/** Takes charge of the first tokens of all slots. */
export function keepPromptPrefix(context: TokenContext, batchTokens: number): PromptPrefix {
  let held: readonly Token[] = [];
  let ready = 0;
  const forget = (): void => {
    held = [];
    ready = 0;
    for (let slot = 0; slot < context.slots; slot += 1) {
      context.truncate(slot, 0);
    }
  };
  const evaluate = async (prefix: readonly Token[], signal: AbortSignal): Promise<void> => {
    forget();
    for (let from = 0; from < prefix.length; from += batchTokens) {
      signal.throwIfAborted();
      await context.evaluate([{ slot: 0, tokens: prefix.slice(from, from + batchTokens), asks: false }]);
    }
    held = prefix;
    ready = 1;
  };
  return {
    forget,
    hold: async (prefix, slots, signal) => {
      const isHeld = ready > 0 && isSame(held, prefix);
      if (!isHeld) {
        await evaluate(prefix, signal);
      }
      context.truncate(0, prefix.length);
      for (; ready < slots; ready += 1) {
        await context.copy(0, ready);
      }
      return isHeld ? 0 : prefix.length;
    },
  };
}

function isSame(left: readonly Token[], right: readonly Token[]): boolean {
  return left.length === right.length && left.every((token, index) => token === right[index]);
}
