import fc from 'fast-check';
import { expect, test } from 'vitest';
import { scoreAlternatives, type Spelling } from '../../../../src/engine/llama/score-alternatives.ts';
import type { Token } from '../../../../src/engine/llama/token-source.ts';
import { createToySource, toyProbability } from '../toy-model.ts';

const PROMPT = [7, 8];
const { signal } = new AbortController();

/** Token sequences of which none is the beginning of another: all end with a token that none holds elsewhere. */
const spellingsArbitrary: fc.Arbitrary<Spelling[]> = fc
  .uniqueArray(fc.array(fc.nat(3), { maxLength: 4 }), { minLength: 1, maxLength: 7, selector: String })
  .chain((all) => fc.tuple(fc.constant(all), fc.array(fc.nat(3), { minLength: all.length, maxLength: all.length })))
  .map(([all, numbers]) => all.map((tokens, index) => ({ tokens: [...tokens, 9], alternative: numbers[index] ?? 0 })));

/** The same by definition: at each token, its share among the tokens that some spelling has there. */
function bruteForce(seed: number, spellings: readonly Spelling[], alternative: number): number {
  return spellings
    .filter((spelling) => spelling.alternative === alternative)
    .map(({ tokens }) =>
      tokens.reduce((product, token, index) => product * share(seed, spellings, tokens, index, token), 1),
    )
    .reduce((sum, product) => sum + product, 0);
}

function share(
  seed: number,
  spellings: readonly Spelling[],
  tokens: readonly Token[],
  index: number,
  token: Token,
): number {
  const rivals = spellings
    .filter((other) => tokens.slice(0, index).every((same, at) => other.tokens[at] === same))
    .map((other) => other.tokens[index] ?? -1);
  const context = [...PROMPT, ...tokens.slice(0, index)];
  const total = [...new Set(rivals)].reduce((sum, rival) => sum + toyProbability(seed, context, rival), 0);
  return toyProbability(seed, context, token) / total;
}

test('the probability of an alternative is that of its spellings among all spellings, to the digits that are kept', async () => {
  await fc.assert(
    fc.asyncProperty(spellingsArbitrary, fc.nat(), async (spellings, seed) => {
      const source = createToySource(seed);
      const { probabilities } = await scoreAlternatives(source, PROMPT, spellings, signal);
      for (const { alternative } of spellings) {
        expect(Math.abs((probabilities[alternative] ?? -1) - bruteForce(seed, spellings, alternative))).toBeLessThan(
          5e-5,
        );
      }
    }),
  );
});

test('afterwards the source holds the tokens before and what all spellings share, nothing else', async () => {
  await fc.assert(
    fc.asyncProperty(spellingsArbitrary, fc.nat(), async (spellings, seed) => {
      fc.pre(new Set(spellings.map(({ alternative }) => alternative)).size > 1);
      const source = createToySource(seed);
      const { evaluated } = await scoreAlternatives(source, PROMPT, spellings, signal);
      expect(source.tokens).toEqual([...PROMPT, ...(spellings[0]?.tokens.slice(0, evaluated) ?? [])]);
    }),
  );
});

test('what only one alternative can still say is not asked about', async () => {
  const log: string[] = [];
  const spellings = [
    { tokens: [1, 2, 3, 4], alternative: 0 },
    { tokens: [1, 5, 6], alternative: 1 },
  ];
  await scoreAlternatives(createToySource(1, log), PROMPT, spellings, signal);
  expect(log).toEqual(['score 3']);
});

test('a token without a probability is a broken model, not a label that loses', async () => {
  const spellings = [
    { tokens: [1, 9], alternative: 0 },
    { tokens: [2, 9], alternative: 1 },
  ];
  const source = { ...createToySource(1), score: async () => [0.5, NaN] };
  await expect(scoreAlternatives(source, PROMPT, spellings, signal)).rejects.toThrow(/no probability/);
});
