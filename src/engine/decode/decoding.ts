import { answerAsk, type Decoder, type Question } from './question.ts';
import type { PlacedRun } from './even-batches.ts';
import type { Place, Token, TokenContext } from './token-context.ts';

/** A decoder in a slot. */
export type Decoding<T> = {
  /** The place of its result among all. */
  readonly number: number;
  readonly decoder: Decoder<T>;
  slot: number;
  /** What it asks now; undefined once it has ended. */
  question: Question | undefined;
  /** What its slot holds behind the tokens that every slot holds. */
  tokens: readonly Token[];
};

/** Starts decoders in their order; those that end without a question only leave their result. */
export function* beginDecoders<T>(
  starts: readonly (() => Decoder<T>)[],
  results: T[],
): Generator<Omit<Decoding<T>, 'slot'>, void, void> {
  for (const [number, start] of starts.entries()) {
    const decoder = start();
    const first = decoder.next();
    if (first.done === true) {
      results[number] = first.value;
    } else {
      yield { number, decoder, question: first.value, tokens: [] };
    }
  }
}

/** What the slot must evaluate so that the question can be answered; tokens that it is not to keep are taken back. */
export function toRun<T>(decoding: Decoding<T>, question: Question, held: number, context: TokenContext): PlacedRun {
  const { slot } = decoding;
  // A question about a place that the slot has left: the last token before it comes once more.
  const again = question.append.length === 0 ? 1 : 0;
  const kept = question.keep - held - again;
  const tokens = again === 0 ? question.append : decoding.tokens.slice(kept, kept + 1);
  context.truncate(slot, held + kept);
  decoding.tokens = [...decoding.tokens.slice(0, kept), ...tokens];
  return { slot, at: held + kept, tokens, asks: true };
}

/** Answers a decoder's questions about a place until it asks about another place or ends. */
export async function resume<T>(decoding: Decoding<T>, place: Place, held: number, results: T[]): Promise<void> {
  while (decoding.question !== undefined) {
    const next = decoding.decoder.next(await answerAsk(place, decoding.question.ask));
    if (next.done === true) {
      decoding.question = undefined;
      results[decoding.number] = next.value;
      return;
    }
    decoding.question = next.value;
    if (next.value.append.length > 0 || next.value.keep !== held + decoding.tokens.length) {
      return;
    }
  }
}
