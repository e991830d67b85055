import type { Token, TokenSource } from './token-source.ts';

/** Below this, a branch is not followed: results round probabilities to 4 digits. */
const NEGLIGIBLE = 1e-5;

/** One way to write an alternative: a token sequence, and the alternative's number. */
export type Spelling = { readonly tokens: readonly Token[]; readonly alternative: number };

/** How probable each alternative is, and how many tokens common to all spellings the source now holds. */
export type Scores = { readonly probabilities: readonly number[]; readonly evaluated: number };

/**
 * Scores alternatives by their spellings, of which none is the beginning of another: the exact probability of each
 * under the model when it may write nothing else, which is the product over the branches of the spellings' tree,
 * renormalised at each branch. What they share is evaluated once, and where only one alternative is left, nothing is
 * asked. A branch below 1e-5 is divided evenly.
 */
export async function scoreAlternatives(
  source: TokenSource,
  queue: readonly Token[],
  spellings: readonly Spelling[],
  signal: AbortSignal,
): Promise<Scores> {
  const count = spellings.reduce((most, { alternative }) => Math.max(most, alternative + 1), 0);
  const probabilities = Array.from({ length: count }, () => 0);

  const scoreBranch = async (branch: readonly Spelling[], from: number, share: number, head: readonly Token[]) => {
    const alternatives = new Set(branch.map(({ alternative }) => alternative));
    if (alternatives.size === 1 || share < NEGLIGIBLE) {
      for (const alternative of alternatives) {
        probabilities[alternative] = (probabilities[alternative] ?? 0) + share / alternatives.size;
      }
      return;
    }
    signal.throwIfAborted();
    const fork = commonLength(branch.map(({ tokens }) => tokens));
    const shared = branch[0]?.tokens.slice(from, fork) ?? [];
    const branches = Map.groupBy(branch, ({ tokens }) => tokens[fork] ?? -1);
    const scores = await source.score([...head, ...shared], [...branches.keys()]);
    const total = scores.reduce((sum, score) => sum + score, 0);
    if (!Number.isFinite(total)) {
      throw new Error('the model gave no probability for a token');
    }
    const length = source.length;
    for (const [index, next] of [...branches.values()].entries()) {
      const part = total > 0 ? (scores[index] ?? 0) / total : 1 / branches.size;
      await scoreBranch(next, fork, share * part, []);
      if (source.length > length) {
        await source.rewind(length);
      }
    }
  };

  await scoreBranch(spellings, 0, 1, queue);
  return { probabilities, evaluated: commonLength(spellings.map(({ tokens }) => tokens)) };
}

/** How many first tokens all sequences share. */
export function commonLength(sequences: readonly (readonly Token[])[]): number {
  const [first = []] = sequences;
  const differs = first.findIndex((token, index) => sequences.some((sequence) => sequence[index] !== token));
  return differs === -1 ? first.length : differs;
}
