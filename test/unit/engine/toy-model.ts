import { createHash } from 'node:crypto';
import type { RankedToken, Token, TokenSource } from '../../../src/engine/llama/token-source.ts';
import { toBytes } from '../../../src/engine/llama/answer-state.ts';
import { createVocabulary, type Vocabulary } from '../../../src/engine/llama/vocabulary.ts';

/** Tokens that span the borders of values, as real vocabularies have them. */
const MERGES = [
  '":',
  '":"',
  '","',
  '"]',
  '"}',
  '"},{"',
  '{"',
  '["',
  '[]',
  '[{"',
  '["a',
  ']}',
  ',"',
  'null',
  'null,',
  'true',
  'false',
  'tr',
  'nu',
  'ab',
  'abc',
  '12',
  '.50',
  '12.',
  'EUR',
  ' GmbH',
  'Nord',
  'licht',
  '東京',
  '東',
  '":"N',
  '":1',
  '\\"',
  'total',
  '"a',
  '0"',
  '-1',
];

const TOY_PIECES = [
  ...Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte)),
  // A control token: never written.
  undefined,
  ...MERGES.map(toBytes),
];

/** Every byte, and some longer tokens; texts are cut into the longest tokens from the left. */
export function createToyVocabulary(): Vocabulary {
  return createVocabulary(TOY_PIECES, () => []);
}

/** A sequence of which it is only known how it grows and shrinks; `log` gets a line for each question. */
function createTokens(log: string[] = []) {
  let tokens: readonly Token[] = [];
  return {
    all: () => tokens,
    append: (more: readonly Token[], question: string) => {
      if (more.length + tokens.length === 0) {
        throw new Error('nothing to evaluate');
      }
      tokens = [...tokens, ...more];
      log.push(`${question} ${more.length}`);
    },
    rewind: async (length: number) => {
      if (length > tokens.length) {
        throw new Error('cannot rewind forward');
      }
      tokens = tokens.slice(0, length);
    },
  };
}

type ToySource = TokenSource & { readonly tokens: readonly Token[] };

/** A model whose opinion is random, and a function of the seed and the tokens before: each context has its favourites. */
export function createToySource(seed: number, log: string[] = []): ToySource {
  const { all, append, rewind } = createTokens(log);
  return {
    get tokens() {
      return all();
    },
    get length() {
      return all().length;
    },
    predict: async (more) => {
      append(more, 'predict');
      const probabilities = distribution(seed, all());
      const probability = Math.max(...probabilities);
      return { token: probabilities.indexOf(probability), probability };
    },
    rankAll: async () => rank(distribution(seed, all())),
    score: async (more, candidates) => {
      append(more, 'score');
      const probabilities = distribution(seed, all());
      return candidates.map((token) => probabilities[token] ?? 0);
    },
    rewind,
  };
}

/** A model that is sure of one token sequence, and has no opinion once it was led away from it. */
export function createOracle(canonical: readonly Token[]): ToySource {
  const { all, append, rewind } = createTokens();
  const wanted = (): Token => {
    const written = all().slice(1);
    return (written.every((token, index) => token === canonical[index]) ? canonical[written.length] : undefined) ?? 0;
  };
  return {
    get tokens() {
      return all();
    },
    get length() {
      return all().length;
    },
    predict: async (more) => {
      append(more, 'predict');
      return { token: wanted(), probability: 1 };
    },
    rankAll: async () => rank(TOY_PIECES.map((_, token) => (token === wanted() ? 1 : 0))),
    score: async (more, candidates) => {
      append(more, 'score');
      return candidates.map((token) => (token === wanted() ? 1 : 0));
    },
    rewind,
  };
}

/** The probability of a token in a context; all of them sum to 1. */
export function toyProbability(seed: number, context: readonly Token[], token: Token): number {
  return distribution(seed, context)[token] ?? 0;
}

function rank(probabilities: readonly number[]): RankedToken[] {
  return probabilities
    .map((probability, token) => ({ token, probability }))
    .toSorted((left, right) => right.probability - left.probability);
}

/** A few favourites in each context, as real models have them; the rest shares what they leave. */
function distribution(seed: number, context: readonly Token[]): number[] {
  const key = createHash('sha256')
    .update(`${seed} ${context.join(' ')}`)
    .digest();
  const weights = TOY_PIECES.map((_, token) => 1e-4 + ((key[token % 32] ?? 0) ^ (token & 0xff)) * 1e-7);
  for (let favourite = 0; favourite < 8; favourite += 1) {
    weights[key.readUInt16LE(favourite * 4) % weights.length] = 0.01 + (key[favourite * 4 + 2] ?? 0) / 256;
  }
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}
