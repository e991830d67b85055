import type { Highest, Place, Token, TokenLogit } from './token-context.ts';

/** What a decoder wants to know about a place. */
export type Ask =
  | { readonly kind: 'best'; readonly count: number }
  | { readonly kind: 'bestOf'; readonly tokens: readonly Token[]; readonly count: number }
  | { readonly kind: 'weigh'; readonly tokens: readonly Token[] }
  | { readonly kind: 'highest' };

/**
 * One question of a decoder to its slot: keep the first `keep` tokens, append these, and ask. To append nothing asks
 * about the place behind what is kept once more.
 */
export type Question = { readonly keep: number; readonly append: readonly Token[]; readonly ask: Ask };

/** The tokens asked for; `logTotal` is the logarithm of the sum of exp(logit), over them or, for `highest`, over all. */
export type Reply = { readonly logits: readonly TokenLogit[]; readonly logTotal: number };

/**
 * A computation that needs a model but holds none: it yields questions and is resumed with the replies. Whoever drives
 * it decides what is evaluated together.
 */
export type Decoder<T> = Generator<Question, T, Reply>;

/** Asks a place. */
export async function answerAsk(place: Place, ask: Ask): Promise<Reply> {
  switch (ask.kind) {
    case 'best':
      return toReply(await place.best(ask.count));
    case 'bestOf':
      return toReply(await place.bestOf(ask.tokens, ask.count));
    case 'weigh':
      return toReply(await place.weigh(ask.tokens));
    case 'highest':
      return toHighestReply(await place.highest());
    default:
      return ask satisfies never;
  }
}

/** The reply that holds this token; throws where there is no sum, because then the model is broken. */
function toHighestReply({ token, logit, logTotal }: Highest): Reply {
  if (!Number.isFinite(logTotal)) {
    throw new Error('the model gave no probability for a token');
  }
  return { logits: [{ token, logit }], logTotal };
}

/** The reply that holds these logits; throws where one of them is no number, because then the model is broken. */
export function toReply(logits: readonly TokenLogit[]): Reply {
  const highest = logits.reduce((most, { logit }) => Math.max(most, logit), -Infinity);
  if (!Number.isFinite(highest)) {
    throw new Error('the model gave no probability for a token');
  }
  const sum = logits.reduce((total, { logit }) => total + Math.exp(logit - highest), 0);
  return { logits, logTotal: highest + Math.log(sum) };
}
