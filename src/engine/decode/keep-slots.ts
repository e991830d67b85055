import { type PromptPrefix, keepPromptPrefix } from './prompt-prefix.ts';
import type { TokenContext } from './token-context.ts';

/** Slots that are open, and the prompt that they begin with. */
export type Slots = { readonly context: TokenContext; readonly prefix: PromptPrefix };

/** Opens slots on first use and keeps them: tasks with labels only need one, others share many. `first` is open already. */
export function keepSlots(
  batchTokens: number,
  open: (slots: number) => Promise<TokenContext>,
  first?: TokenContext,
): AsyncDisposable & { readonly get: (slots: number) => Promise<Slots> } {
  const kept = new Map<number, Promise<Slots>>();
  const toSlots = (context: TokenContext): Slots => ({ context, prefix: keepPromptPrefix(context, batchTokens) });
  if (first !== undefined) {
    kept.set(first.slots, Promise.resolve(toSlots(first)));
  }
  return {
    get: (slots) => {
      const known = kept.get(slots);
      if (known !== undefined) {
        return known;
      }
      const opening = open(slots).then(toSlots);
      kept.set(slots, opening);
      // What could not be opened is tried again by the next task.
      opening.catch(() => kept.delete(slots));
      return opening;
    },
    [Symbol.asyncDispose]: async () => {
      for (const opened of await Promise.allSettled(kept.values())) {
        await (opened.status === 'fulfilled' ? opened.value.context[Symbol.asyncDispose]() : undefined);
      }
    },
  };
}
