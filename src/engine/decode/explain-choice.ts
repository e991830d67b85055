import { askNext, type Progress } from './progress.ts';
import type { Decoder } from './question.ts';
import type { Token, TokenLogit } from './token-context.ts';

/** Tokens beyond these have too little probability to matter here. */
const LOOKED_AT = 4096;

/** What the schema did to a choice. */
export type Explained = {
  /** The chosen token's probability among the allowed ones. */
  readonly masked: number;
  /** The model's probability of all that was not allowed. */
  readonly removed: number;
};

/** Measures, over the whole vocabulary, what the constraint did to the choice just made; far dearer than the choice. */
export function* explainChoice(
  progress: Progress,
  choice: TokenLogit,
  isAllowed: (token: Token) => boolean,
): Decoder<Explained> {
  const { logTotal } = yield* askNext(progress, { kind: 'highest' });
  const { logits } = yield* askNext(progress, { kind: 'best', count: LOOKED_AT });
  const probabilityOf = ({ logit }: TokenLogit): number => Math.exp(logit - logTotal);
  const removed = logits.reduce((sum, other) => sum + (isAllowed(other.token) ? 0 : probabilityOf(other)), 0);
  const left = Math.max(1 - removed, probabilityOf(choice));
  return { masked: probabilityOf(choice) / left, removed: Math.min(1, removed) };
}
