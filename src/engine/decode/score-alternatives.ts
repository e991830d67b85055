import type { LabelProbabilities } from '../../../schemas/answer.ts';
import type { Decoder } from './question.ts';
import type { Token } from './token-context.ts';

/** Below this, a branch is not followed: results round probabilities to 4 digits. */
const NEGLIGIBLE = 1e-5;

/** One way to write an alternative: a token sequence, and the alternative's number. */
export type Spelling = { readonly tokens: readonly Token[]; readonly alternative: number };

/**
 * How probable each alternative is, and how many tokens common to all spellings were evaluated. Where only the answer was
 * wanted, which is the most probable one, the others have what was found of them.
 */
export type Scores = { readonly probabilities: readonly number[]; readonly evaluated: number };

/**
 * Scores alternatives by their spellings, of which none is the beginning of another: the exact probability of each
 * under the model when it may write nothing else, which is the product over the branches of the spellings' tree,
 * renormalised at each branch. What they share is evaluated once, and where only one alternative is left, nothing is
 * asked. A branch below 1e-5 is divided evenly. Where only the answer is wanted, the most probable branches are asked
 * about first, and those never that cannot change it or its probability: fewer questions, but tokens that two distant
 * branches share may be read twice. The slot holds `length` tokens, and `queue`
 * comes before the spellings.
 */
export function* scoreAlternatives(
  length: number,
  queue: readonly Token[],
  spellings: readonly Spelling[],
  wanted: LabelProbabilities,
): Decoder<Scores> {
  const count = largest(spellings.map(({ alternative }) => alternative + 1));
  const probabilities = Array.from({ length: count }, () => 0);
  const open: Branch[] = [];
  const add = (here: readonly Spelling[], share: number): void => {
    const alternatives = new Set(here.map(({ alternative }) => alternative));
    if (alternatives.size > 1 && share >= NEGLIGIBLE) {
      open.push({ spellings: here, alternatives, share });
      return;
    }
    for (const alternative of alternatives) {
      probabilities[alternative] = (probabilities[alternative] ?? 0) + share / alternatives.size;
    }
  };

  add(spellings, 1);
  let held: readonly Token[] = [];
  for (;;) {
    const branch = wanted === 'all' ? open.at(-1) : nextForAnswer(open, probabilities);
    if (branch === undefined) return { probabilities, evaluated: commonLength(spellings.map(({ tokens }) => tokens)) };
    open.splice(open.indexOf(branch), 1);
    const fork = commonLength(branch.spellings.map(({ tokens }) => tokens));
    const path = [...queue, ...(branch.spellings[0]?.tokens.slice(0, fork) ?? [])];
    const kept = commonLength([held, path]);
    held = path;
    const branches = Map.groupBy(branch.spellings, ({ tokens }) => tokens[fork] ?? -1);
    const ask = { kind: 'weigh', tokens: [...branches.keys()] } as const;
    const { logits, logTotal } = yield { keep: length + kept, append: path.slice(kept), ask };
    // The last one is the next: what a branch and its first child share stays in the slot.
    for (const { token, logit } of logits.toReversed()) {
      add(branches.get(token) ?? [], branch.share * Math.exp(logit - logTotal));
    }
  }
}

/** Spellings that begin with the same tokens, their alternatives, and how probable those tokens are. */
type Branch = {
  readonly spellings: readonly Spelling[];
  readonly alternatives: ReadonlySet<number>;
  readonly share: number;
};

/** The most probable branch that may hold more of the best alternative, or one that may be better. */
function nextForAnswer(open: readonly Branch[], probabilities: readonly number[]): Branch | undefined {
  const most = largest(probabilities);
  const possible = [...probabilities];
  for (const { alternatives, share } of open) {
    for (const alternative of alternatives) possible[alternative] = (possible[alternative] ?? 0) + share;
  }
  return open
    .filter(({ alternatives }) => [...alternatives].some((alternative) => (possible[alternative] ?? 0) >= most))
    .reduce<Branch | undefined>(
      (first, one) => (first === undefined || one.share > first.share ? one : first),
      undefined,
    );
}

/** Of thousands of numbers, which are too many for the arguments of one call; 0 where there is none. */
export function largest(numbers: readonly number[]): number {
  return numbers.reduce((most, number) => Math.max(most, number), 0);
}

/** How many first tokens all sequences share. */
export function commonLength(sequences: readonly (readonly Token[])[]): number {
  const [first = []] = sequences;
  const differs = first.findIndex((token, index) => sequences.some((sequence) => sequence[index] !== token));
  return differs === -1 ? first.length : differs;
}
