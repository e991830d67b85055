import { type AnswerState, type Bytes, stepAll } from './answer-state.ts';
import type { Token } from './token-source.ts';

/** The tokens of a model as bytes, and its canonical way to cut a text into them. */
export type Vocabulary = {
  /** The bytes of a token; undefined for control tokens and ids that are never written. */
  readonly bytesOf: (token: Token) => Bytes | undefined;
  /** Bytes of the longest token. */
  readonly longest: number;
  /** The canonical tokens of some UTF-8. */
  readonly encode: (bytes: Bytes) => readonly Token[];
  /** Tokens that are `bytes` and then something that `state`, which stands at their beginning, allows. */
  readonly longerThan: (bytes: Bytes, state: AnswerState) => Iterable<Token>;
};

/**
 * Builds a vocabulary from the tokens' bytes and the model's tokenizer. Where the tokenizer does not give back the
 * bytes it was given (one that adds spaces), the longest tokens from the left are taken instead.
 */
export function createVocabulary(
  pieces: readonly (Bytes | undefined)[],
  tokenize: (text: string) => readonly Token[],
): Vocabulary {
  const sorted = pieces.filter((piece) => piece !== undefined).toSorted(compareBytes);
  const tokenOf = new Map(pieces.flatMap((piece, token) => (piece === undefined ? [] : [[piece, token] as const])));
  const longest = sorted.reduce((length, piece) => Math.max(length, piece.length), 0);
  const known = new Map<Bytes, readonly Token[]>();

  const cut = (bytes: Bytes): readonly Token[] => {
    const tokens = tokenize(Buffer.from(bytes, 'latin1').toString('utf8'));
    return tokens.map((token) => pieces[token]).join('') === bytes ? tokens : takeLongest(bytes, tokenOf, longest);
  };
  return {
    bytesOf: (token) => pieces[token],
    longest,
    encode: (bytes) => {
      // Only texts of the schema are cut here, so what is remembered is bounded by the schema.
      const tokens = known.get(bytes) ?? cut(bytes);
      known.set(bytes, tokens);
      return tokens;
    },
    longerThan: function* (bytes, state) {
      const inside = stepAll(state, bytes);
      if (inside === undefined) {
        return;
      }
      for (let index = firstFrom(sorted, bytes); sorted[index]?.startsWith(bytes) === true; index += 1) {
        const piece = sorted[index] ?? '';
        const token = tokenOf.get(piece);
        if (token !== undefined && piece !== bytes && stepAll(inside, piece.slice(bytes.length)) !== undefined) {
          yield token;
        }
      }
    },
  };
}

function compareBytes(left: Bytes, right: Bytes): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

/** The index of the first piece that is not before `bytes`. */
function firstFrom(sorted: readonly Bytes[], bytes: Bytes): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? '') < bytes) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

function takeLongest(bytes: Bytes, tokenOf: ReadonlyMap<Bytes, Token>, longest: number): Token[] {
  const tokens: Token[] = [];
  for (let offset = 0; offset < bytes.length;) {
    let length = Math.min(longest, bytes.length - offset);
    while (length > 0 && !tokenOf.has(bytes.slice(offset, offset + length))) {
      length -= 1;
    }
    const token = tokenOf.get(bytes.slice(offset, offset + length));
    if (token === undefined) {
      throw new Error('the vocabulary cannot write every byte');
    }
    tokens.push(token);
    offset += length;
  }
  return tokens;
}
