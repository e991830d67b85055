import type { Place, Token, TokenContext, TokenLogit } from '../decode/token-context.ts';

/** Logits that differ by less are the same, added up in another order. */
const TOLERANCE = 0.01;

/**
 * Whether a context gives these logits behind a text of at least two tokens: in its first slot, and, where it has more
 * slots, behind a copy and in one batch, and after a token was taken back. Leaves the slots empty.
 */
export async function isEvaluatedAlike(
  context: TokenContext,
  text: readonly Token[],
  logits: readonly TokenLogit[],
): Promise<boolean> {
  const slots = Array.from({ length: Math.min(context.slots, 2) }, (_, slot) => slot);
  const ahead = text.slice(0, -1);
  const lasts = slots.map((slot) => ({ slot, tokens: text.slice(-1), asks: true }));
  try {
    await context.evaluate([{ slot: 0, tokens: ahead, asks: false }]);
    for (const slot of slots.slice(1)) {
      await context.copy(0, slot);
    }
    const isTogether = await isAlike(await context.evaluate(lasts), logits);
    context.truncate(0, ahead.length);
    const isAgain = await isAlike(await context.evaluate(lasts.slice(0, 1)), logits);
    slots.forEach((slot) => context.truncate(slot, 0));
    return isTogether && isAgain;
  } catch {
    return false;
  }
}

async function isAlike(places: readonly Place[], logits: readonly TokenLogit[]): Promise<boolean> {
  const tokens = logits.map(({ token }) => token);
  for (const place of places) {
    const weighed = await place.weigh(tokens);
    const isSame = weighed.every(({ logit }, index) => Math.abs(logit - (logits[index]?.logit ?? NaN)) < TOLERANCE);
    if (!isSame) {
      return false;
    }
  }
  return places.length > 0;
}
