import type { Breather } from '../breather.ts';
import { isInsidePair } from './text-borders.ts';

/** Counts the tokens of texts of any length without holding the event loop, and learns how long tokens are. */
export type TokenGauge = {
  readonly fits: (text: string, maxTokens: number) => Promise<boolean>;
  /** For a text of which a chunk might be made: it is counted at once. */
  readonly count: (text: string) => Promise<number>;
  /** Characters of a token where a text was counted last: what the next estimate starts from. */
  readonly charsPerToken: () => number;
};

/** A gauge by `countTokens`; `breathe` is awaited before each count, and what it throws ends the counting. */
export function createTokenGauge(countTokens: (text: string) => number, breathe: Breather): TokenGauge {
  let charsPerToken = PROBE_CHARS_PER_TOKEN;
  const count = async (text: string): Promise<number> => {
    await breathe();
    const tokens = countTokens(text);
    charsPerToken = Math.min(text.length / Math.max(1, tokens), MAX_CHARS_PER_TOKEN);
    return tokens;
  };
  return { count, fits: (text, maxTokens) => fits(text, maxTokens, count), charsPerToken: () => charsPerToken };
}

/** More characters than the tokens of any ordinary text have, so that most texts that fit are counted once, whole. */
const PROBE_CHARS_PER_TOKEN = 8;

/** Blank stretches have tokens of many characters; an estimate from there must not reach over half the text. */
const MAX_CHARS_PER_TOKEN = 16;

/**
 * Counts a long text piece by piece and stops once past the budget, so that nothing huge is ever counted at once. Pieces
 * that fit together are no huge text; they are counted once more as one, because tokens may reach over their borders.
 */
async function fits(text: string, maxTokens: number, count: TokenGauge['count']): Promise<boolean> {
  // Two units may be one character.
  const pieceLength = Math.max(2, maxTokens * PROBE_CHARS_PER_TOKEN);
  let tokens = 0;
  for (let [from, to] = [0, 0]; from < text.length; from = to) {
    to = pieceEnd(text, from + pieceLength);
    tokens += await count(text.slice(from, to));
    if (tokens > maxTokens) return false;
  }
  return text.length <= pieceLength || (await count(text)) <= maxTokens;
}

function pieceEnd(text: string, end: number): number {
  return isInsidePair(text, end) ? end - 1 : Math.min(end, text.length);
}
