import type { SlotShape } from './place-documents.ts';
import { type PromptPrefix, keepPromptPrefix } from './prompt-prefix.ts';
import type { TokenContext } from './token-context.ts';

/** Slots that are open, and the prompt that they begin with. */
export type Slots = { readonly context: TokenContext; readonly prefix: PromptPrefix };

/** A context, and what it was opened as. */
export type OpenedSlots = { readonly shape: SlotShape; readonly context: TokenContext };

/** The slots that are open; `get` opens those of another shape in their place. */
export type KeptSlots = AsyncDisposable & { readonly get: (shape: SlotShape) => Promise<Slots> };

/**
 * Keeps the slots that were asked for last, because the next shard mostly wants the same, and no others, because of
 * their memory: use what `get` gave before it is called again. `first` is open already.
 */
export function keepSlots(
  batchTokens: number,
  open: (shape: SlotShape) => Promise<TokenContext>,
  first?: OpenedSlots,
): KeptSlots {
  const toSlots = (context: TokenContext): Slots => ({ context, prefix: keepPromptPrefix(context, batchTokens) });
  let kept = first && { shape: first.shape, opening: Promise.resolve(toSlots(first.context)) };
  const close = async (closing: typeof kept): Promise<void> => {
    // What could not be opened need not be closed.
    const slots = await closing?.opening.catch(() => undefined);
    await slots?.context[Symbol.asyncDispose]();
  };
  return {
    get: (shape) => {
      if (kept !== undefined && isSame(kept.shape, shape)) {
        return kept.opening;
      }
      const opening = close(kept).then(async () => toSlots(await open(shape)));
      const next = { shape, opening };
      kept = next;
      opening.catch(() => {
        // Tried again by the next task.
        if (kept === next) kept = undefined;
      });
      return opening;
    },
    [Symbol.asyncDispose]: () => close(kept),
  };
}

function isSame(one: SlotShape, other: SlotShape): boolean {
  return one.slots === other.slots && one.slotTokens === other.slotTokens;
}
