import fc from 'fast-check';
import { expect, test } from 'vitest';
import { scoreAlternatives, type Spelling } from '../../../../src/engine/decode/score-alternatives.ts';
import type { LabelProbabilities } from '../../../../schemas/answer.ts';
import type { Token } from '../../../../src/engine/decode/token-context.ts';
import { createToyModel, runDecoder, toyProbability, type ToyModel } from '../toy-model.ts';

const PROMPT = [7, 8];

/** Token sequences of which none is the beginning of another: all end with a token that none holds elsewhere. */
const spellingsArbitrary: fc.Arbitrary<Spelling[]> = fc
  .uniqueArray(fc.array(fc.nat(3), { maxLength: 4 }), { minLength: 1, maxLength: 7, selector: String })
  .chain((all) => fc.tuple(fc.constant(all), fc.array(fc.nat(3), { minLength: all.length, maxLength: all.length })))
  .map(([all, numbers]) => all.map((tokens, index) => ({ tokens: [...tokens, 9], alternative: numbers[index] ?? 0 })));

/** The same by definition: at each token, its share among the tokens that some spelling has there. */
function bruteForce(model: ToyModel, spellings: readonly Spelling[], alternative: number): number {
  return spellings
    .filter((spelling) => spelling.alternative === alternative)
    .map(({ tokens }) =>
      tokens.reduce((product, token, index) => product * share(model, spellings, tokens, index, token), 1),
    )
    .reduce((sum, product) => sum + product, 0);
}

function share(
  model: ToyModel,
  spellings: readonly Spelling[],
  tokens: readonly Token[],
  index: number,
  token: Token,
): number {
  const rivals = spellings
    .filter((other) => tokens.slice(0, index).every((same, at) => other.tokens[at] === same))
    .map((other) => other.tokens[index] ?? -1);
  const context = [...PROMPT, ...tokens.slice(0, index)];
  const total = [...new Set(rivals)].reduce((sum, rival) => sum + toyProbability(model, context, rival), 0);
  return toyProbability(model, context, token) / total;
}

test('the probability of an alternative is that of its spellings among all spellings, to the digits that are kept', () => {
  fc.assert(
    fc.property(spellingsArbitrary, fc.nat(), (spellings, seed) => {
      const model = createToyModel(seed);
      const { result } = runDecoder(scoreAlternatives(0, PROMPT, spellings, 'all'), model);
      for (const { alternative } of spellings) {
        const probability = result.probabilities[alternative] ?? -1;
        expect(Math.abs(probability - bruteForce(model, spellings, alternative))).toBeLessThan(5e-5);
      }
    }),
  );
});

test('the best alternative alone has the same probability, for no more questions than all of them take', () => {
  fc.assert(
    fc.property(spellingsArbitrary, fc.nat(), (spellings, seed) => {
      const model = createToyModel(seed);
      const logs: { all: string[]; best: string[] } = { all: [], best: [] };
      const all = runDecoder(scoreAlternatives(0, PROMPT, spellings, 'all'), model, logs.all).result.probabilities;
      const best = runDecoder(scoreAlternatives(0, PROMPT, spellings, 'answer'), model, logs.best).result.probabilities;
      const most = Math.max(...all);
      expect(Math.max(...best)).toBeCloseTo(most, 9);
      expect(all[best.indexOf(Math.max(...best))]).toBeCloseTo(most, 9);
      expect(logs.best.length).toBeLessThanOrEqual(logs.all.length);
    }),
    { numRuns: 1000 },
  );
});

test('where the best alternative is wanted, nothing is asked that can change neither it nor its probability', () => {
  const spellings = [
    { tokens: [1, 9], alternative: 0 },
    { tokens: [2, 3, 9], alternative: 1 },
    { tokens: [2, 4, 9], alternative: 2 },
    { tokens: [5, 6, 9], alternative: 3 },
    { tokens: [5, 7, 9], alternative: 4 },
  ];
  const asked = (prefers: readonly Token[], wanted: LabelProbabilities): string[] => {
    const log: string[] = [];
    const model: ToyModel = () => Array.from({ length: 10 }, (_, token) => (prefers.includes(token) ? 3 : 0));
    runDecoder(scoreAlternatives(0, PROMPT, spellings, wanted), model, log);
    return log;
  };
  expect(asked([1], 'all')).toEqual(['weigh 2', 'weigh 1', 'weigh 1']);
  // Three quarters and more of all can no more be beaten.
  expect(asked([1], 'answer')).toEqual(['weigh 2']);
  // The branch of a better one comes first, and the other is not needed.
  expect(asked([5, 7], 'answer')).toEqual(['weigh 2', 'weigh 1']);
  // Half of a branch may be less than the rest.
  expect(asked([2, 5], 'answer')).toEqual(['weigh 2', 'weigh 1', 'weigh 1']);
});

test('of two alternatives that are equally probable the first one is found, though it is found later', () => {
  const spellings = [
    { tokens: [2, 3, 9], alternative: 0 },
    { tokens: [1, 9], alternative: 1 },
    { tokens: [2, 4, 9], alternative: 2 },
  ];
  const model: ToyModel = () => Array.from({ length: 10 }, (_, token) => (token === 4 ? -Infinity : 0));
  const { probabilities } = runDecoder(scoreAlternatives(0, PROMPT, spellings, 'answer'), model).result;
  expect(probabilities).toEqual([0.5, 0.5, 0]);
});

test('where all are wanted, a branch and the first one behind it share what the slot holds', () => {
  const log: string[] = [];
  const spellings = [
    { tokens: [1, 3, 9], alternative: 0 },
    { tokens: [1, 4, 9], alternative: 1 },
    { tokens: [2, 5, 6, 9], alternative: 2 },
    { tokens: [2, 5, 7, 9], alternative: 3 },
  ];
  runDecoder(scoreAlternatives(0, PROMPT, spellings, 'all'), createToyModel(1), log);
  expect(log).toEqual(['weigh 2', 'weigh 1', 'weigh 2']);
});

test('what all spellings share is evaluated once, and said to be', () => {
  fc.assert(
    fc.property(spellingsArbitrary, fc.nat(), (spellings, seed) => {
      fc.pre(new Set(spellings.map(({ alternative }) => alternative)).size > 1);
      const log: string[] = [];
      const { result, tokens } = runDecoder(scoreAlternatives(0, PROMPT, spellings, 'all'), createToyModel(seed), log);
      const shared = [...PROMPT, ...(spellings[0]?.tokens.slice(0, result.evaluated) ?? [])];
      expect(log[0]).toBe(`weigh ${shared.length}`);
      expect(tokens.slice(0, shared.length)).toEqual(shared);
    }),
  );
});

test('what only one alternative can still say is not asked about', () => {
  const log: string[] = [];
  const spellings = [
    { tokens: [1, 2, 3, 4], alternative: 0 },
    { tokens: [1, 5, 6], alternative: 1 },
  ];
  runDecoder(scoreAlternatives(0, PROMPT, spellings, 'all'), createToyModel(1), log);
  expect(log).toEqual(['weigh 3']);
});

test('tokens without a probability are a broken model, not labels that lose [M14]', () => {
  const spellings = [
    { tokens: [1, 9], alternative: 0 },
    { tokens: [2, 9], alternative: 1 },
  ];
  expect(() => runDecoder(scoreAlternatives(0, PROMPT, spellings, 'all'), () => [0, NaN, NaN])).toThrow(
    /no probability/,
  );
  expect(() => runDecoder(scoreAlternatives(0, PROMPT, spellings, 'all'), () => [0, 1, NaN])).toThrow(/no probability/);
});
