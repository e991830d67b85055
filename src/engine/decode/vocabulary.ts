import { type AnswerState, type Bytes, stepAll } from '../answer/answer-state.ts';
import { type Branch, findAccepted, findLonger, findToken, type SortedPieces, sortPieces } from './sorted-pieces.ts';
import type { Token } from './token-context.ts';

/** The tokens of a model as bytes, and its canonical way to cut a text into them. */
export type Vocabulary = {
  /** All tokens, also those that are never written. */
  readonly size: number;
  /** The bytes of a token; undefined for control tokens and ids that are never written. */
  readonly bytesOf: (token: Token) => Bytes | undefined;
  /** Bytes of the longest token. */
  readonly longest: number;
  /** Whether some UTF-8 of the schema can be written. */
  readonly canWrite: (bytes: Bytes) => boolean;
  /** The canonical tokens of some UTF-8 of the schema that can be written. */
  readonly encode: (bytes: Bytes) => readonly Token[];
  /** Tokens that are `bytes` and then something that `state`, which stands at their beginning, allows. */
  readonly longerThan: (bytes: Bytes, state: AnswerState, limit?: number) => readonly Token[];
  /** All tokens that `state` allows. */
  readonly accepted: (state: AnswerState) => readonly Token[];
};

/**
 * Builds a vocabulary from the tokens' bytes and the model's tokenizer. Where the tokenizer does not give back the
 * bytes it was given (one that adds spaces), the longest tokens from the left are taken instead.
 */
export function createVocabulary(
  pieces: readonly (Bytes | undefined)[],
  tokenize: (text: string) => readonly Token[],
): Vocabulary {
  const sorted = sortPieces(pieces);
  const longest = pieces.reduce((most, piece = '') => Math.max(most, piece.length), 0);
  // Only texts of the schema are asked about, so what is remembered is bounded by the schema.
  const known = new Map<Bytes, readonly Token[] | undefined>();
  const branches = new Map<Bytes, Branch>();

  const cut = (bytes: Bytes): readonly Token[] | undefined => {
    const tokens = tokenize(Buffer.from(bytes, 'latin1').toString('utf8'));
    return tokens.map((token) => pieces[token]).join('') === bytes ? tokens : takeLongest(bytes, longest, sorted);
  };
  const encode = (bytes: Bytes): readonly Token[] | undefined => {
    const tokens = known.has(bytes) ? known.get(bytes) : cut(bytes);
    known.set(bytes, tokens);
    return tokens;
  };
  const branchBehind = (bytes: Bytes): Branch => {
    const branch = branches.get(bytes) ?? findLonger(sorted, bytes);
    branches.set(bytes, branch);
    return branch;
  };
  return {
    size: pieces.length,
    bytesOf: (token) => pieces[token],
    longest,
    canWrite: (bytes) => encode(bytes) !== undefined,
    encode: (bytes) => {
      const tokens = encode(bytes);
      if (tokens === undefined) {
        throw new Error('the vocabulary cannot write every byte of the schema');
      }
      return tokens;
    },
    longerThan: (bytes, state, limit = Infinity) => {
      const inside = stepAll(state, bytes);
      return inside === undefined ? [] : findAccepted(sorted, branchBehind(bytes), inside, limit);
    },
    accepted: (state) => findAccepted(sorted, branchBehind(''), state, Infinity),
  };
}

function takeLongest(bytes: Bytes, longest: number, sorted: SortedPieces): Token[] | undefined {
  const tokens: Token[] = [];
  for (let offset = 0; offset < bytes.length;) {
    let length = Math.min(longest, bytes.length - offset);
    while (length > 0 && findToken(sorted, bytes.slice(offset, offset + length)) === undefined) {
      length -= 1;
    }
    const token = findToken(sorted, bytes.slice(offset, offset + length));
    if (token === undefined) {
      return undefined;
    }
    tokens.push(token);
    offset += length;
  }
  return tokens;
}
