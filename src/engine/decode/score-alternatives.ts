import type { Decoder } from './question.ts';
import type { Token } from './token-context.ts';

/** Below this, a branch is not followed: results round probabilities to 4 digits. */
const NEGLIGIBLE = 1e-5;

/** One way to write an alternative: a token sequence, and the alternative's number. */
export type Spelling = { readonly tokens: readonly Token[]; readonly alternative: number };

/** What is to be known: the probability of every alternative, or which one is the most probable and how probable. */
export type Wanted = 'all' | 'best';

/**
 * How probable each alternative is, and how many tokens common to all spellings were evaluated. Where only the best was
 * wanted, the others have what was found of them.
 */
export type Scores = { readonly probabilities: readonly number[]; readonly evaluated: number };

/**
 * Scores alternatives by their spellings, of which none is the beginning of another: the exact probability of each
 * under the model when it may write nothing else, which is the product over the branches of the spellings' tree,
 * renormalised at each branch. What they share is evaluated once, and where only one alternative is left, nothing is
 * asked. A branch below 1e-5 is divided evenly. Where only the best is wanted, the most probable branches are asked
 * about first, and those never that cannot change it or its probability. The slot holds `length` tokens, and `queue`
 * comes before the spellings.
 */
export function* scoreAlternatives(
  length: number,
  queue: readonly Token[],
  spellings: readonly Spelling[],
  wanted: Wanted,
): Decoder<Scores> {
  const count = largest(spellings.map(({ alternative }) => alternative + 1));
  const probabilities = Array.from({ length: count }, () => 0);
  const open: Branch[] = [];
  const add = (branch: Branch): void => {
    const alternatives = new Set(branch.spellings.map(({ alternative }) => alternative));
    if (alternatives.size > 1 && branch.share >= NEGLIGIBLE) {
      open.push(branch);
      return;
    }
    for (const alternative of alternatives) {
      probabilities[alternative] = (probabilities[alternative] ?? 0) + branch.share / alternatives.size;
    }
  };

  add({ spellings, share: 1 });
  let held: readonly Token[] = [];
  for (;;) {
    const branch = wanted === 'all' ? open.at(-1) : nextForBest(open, probabilities);
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
      add({ spellings: branches.get(token) ?? [], share: branch.share * Math.exp(logit - logTotal) });
    }
  }
}

/** Spellings that begin with the same tokens, and how probable those are. */
type Branch = { readonly spellings: readonly Spelling[]; readonly share: number };

/** The most probable branch that may hold more of the best alternative, or one that may be better. */
function nextForBest(open: readonly Branch[], probabilities: readonly number[]): Branch | undefined {
  const most = largest(probabilities);
  const best = probabilities.indexOf(most);
  const possible = [...probabilities];
  for (const { spellings, share } of open) {
    for (const alternative of new Set(spellings.map((spelling) => spelling.alternative))) {
      possible[alternative] = (possible[alternative] ?? 0) + share;
    }
  }
  const isOpen = (alternative: number): boolean => alternative === best || (possible[alternative] ?? 0) >= most;
  return open
    .filter(({ spellings }) => spellings.some(({ alternative }) => isOpen(alternative)))
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
