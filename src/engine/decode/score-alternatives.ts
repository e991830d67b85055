import type { Decoder } from './question.ts';
import type { Token } from './token-context.ts';

/** Below this, a branch is not followed: results round probabilities to 4 digits. */
const NEGLIGIBLE = 1e-5;

/** One way to write an alternative: a token sequence, and the alternative's number. */
export type Spelling = { readonly tokens: readonly Token[]; readonly alternative: number };

/** How probable each alternative is, and how many tokens common to all spellings were evaluated. */
export type Scores = { readonly probabilities: readonly number[]; readonly evaluated: number };

/**
 * Scores alternatives by their spellings, of which none is the beginning of another: the exact probability of each
 * under the model when it may write nothing else, which is the product over the branches of the spellings' tree,
 * renormalised at each branch. What they share is evaluated once, and where only one alternative is left, nothing is
 * asked. A branch below 1e-5 is divided evenly. The slot holds `length` tokens, and `queue` comes before the spellings.
 */
export function* scoreAlternatives(
  length: number,
  queue: readonly Token[],
  spellings: readonly Spelling[],
): Decoder<Scores> {
  const count = spellings.reduce((most, { alternative }) => Math.max(most, alternative + 1), 0);
  const probabilities = Array.from({ length: count }, () => 0);

  function* scoreBranch({ spellings: here, from, share, keep, head }: Branch): Decoder<void> {
    const alternatives = new Set(here.map(({ alternative }) => alternative));
    if (alternatives.size === 1 || share < NEGLIGIBLE) {
      for (const alternative of alternatives) {
        probabilities[alternative] = (probabilities[alternative] ?? 0) + share / alternatives.size;
      }
      return;
    }
    const fork = commonLength(here.map(({ tokens }) => tokens));
    const append = [...head, ...(here[0]?.tokens.slice(from, fork) ?? [])];
    const branches = Map.groupBy(here, ({ tokens }) => tokens[fork] ?? -1);
    const { logits, logTotal } = yield { keep, append, ask: { kind: 'weigh', tokens: [...branches.keys()] } };
    for (const { token, logit } of logits) {
      const part = share * Math.exp(logit - logTotal);
      const next = {
        spellings: branches.get(token) ?? [],
        from: fork,
        share: part,
        keep: keep + append.length,
        head: [],
      };
      yield* scoreBranch(next);
    }
  }

  yield* scoreBranch({ spellings, from: 0, share: 1, keep: length, head: queue });
  return { probabilities, evaluated: commonLength(spellings.map(({ tokens }) => tokens)) };
}

type Branch = {
  readonly spellings: readonly Spelling[];
  /** Tokens of these spellings that the slot keeps. */
  readonly from: number;
  readonly share: number;
  /** All tokens that the slot keeps. */
  readonly keep: number;
  /** Tokens before the spellings that it does not hold yet. */
  readonly head: readonly Token[];
};

/** How many first tokens all sequences share. */
export function commonLength(sequences: readonly (readonly Token[])[]): number {
  const [first = []] = sequences;
  const differs = first.findIndex((token, index) => sequences.some((sequence) => sequence[index] !== token));
  return differs === -1 ? first.length : differs;
}
