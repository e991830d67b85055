import type { AnswerState, Bytes } from '../answer/answer-state.ts';
import type { Token } from './token-context.ts';

/** The tokens of a vocabulary in the order of their bytes: a tree without nodes, small for 262,144 tokens. */
export type SortedPieces = { readonly tokens: Uint32Array; readonly pieces: readonly (Bytes | undefined)[] };

/** Places of the sorted tokens, the end excluded, that share their first `depth` bytes and have more. */
export type Branch = { readonly from: number; readonly to: number; readonly depth: number };

/** Bytes that are compared as one number. */
const COMPARED_AT_ONCE = 6;

/** Sorts the tokens that are ever written, by bytes and by id; most comparisons are of two numbers, for speed. */
export function sortPieces(pieces: readonly (Bytes | undefined)[]): SortedPieces {
  const firstBytes = Float64Array.from(pieces, (piece = '') => {
    let sum = 0;
    for (let index = 0; index < COMPARED_AT_ONCE; index += 1) {
      sum = sum * 257 + (index < piece.length ? piece.charCodeAt(index) + 1 : 0);
    }
    return sum;
  });
  const written = pieces.flatMap((piece, token) => (piece === undefined || piece === '' ? [] : [token]));
  const tokens = Uint32Array.from(written).sort((one, other) => {
    const first = (firstBytes[one] ?? 0) - (firstBytes[other] ?? 0);
    return first === 0 ? compareBytes(pieces[one] ?? '', pieces[other] ?? '') || one - other : first;
  });
  return { tokens, pieces };
}

/** The token with exactly these bytes; of several, the one with the highest id. */
export function findToken(sorted: SortedPieces, bytes: Bytes): Token | undefined {
  const { ended } = followAll(sorted, bytes);
  return ended.from < ended.to ? sorted.tokens[ended.to - 1] : undefined;
}

/** The tokens that go on after these bytes. */
export function findLonger(sorted: SortedPieces, bytes: Bytes): Branch {
  return followAll(sorted, bytes).longer;
}

/** Tokens of a branch whose bytes `state`, which stands at the branch, accepts to their end; at most `limit`. */
export function findAccepted(sorted: SortedPieces, branch: Branch, state: AnswerState, limit: number): Token[] {
  const found: Token[] = [];
  const collect = (here: Branch, at: AnswerState): void => {
    for (const byte of at.bytes?.() ?? nextBytes(sorted, here)) {
      const { ended, longer } = follow(sorted, here, byte);
      const after = ended.from < longer.to && found.length < limit ? at.step(byte) : undefined;
      if (after !== undefined) {
        found.push(...sorted.tokens.subarray(ended.from, ended.to));
        collect(longer, after);
      }
    }
  };
  collect(branch, state);
  return found.slice(0, limit);
}

type Followed = { readonly ended: Branch; readonly longer: Branch };

function followAll(sorted: SortedPieces, bytes: Bytes): Followed {
  const whole = { from: 0, to: sorted.tokens.length, depth: 0 };
  let found: Followed = { ended: { from: 0, to: 0, depth: 0 }, longer: whole };
  for (let index = 0; index < bytes.length; index += 1) {
    found = follow(sorted, found.longer, bytes.charCodeAt(index));
  }
  return found;
}

/** The tokens that end with one more byte, and the branch of those that go on. */
function follow(sorted: SortedPieces, branch: Branch, byte: number): Followed {
  const from = firstFrom(sorted, branch, byte);
  const to = firstFrom(sorted, { ...branch, from }, byte + 1);
  const depth = branch.depth + 1;
  let longer = from;
  while (longer < to && pieceAt(sorted, longer).length === depth) {
    longer += 1;
  }
  return { ended: { from, to: longer, depth }, longer: { from: longer, to, depth } };
}

function nextBytes(sorted: SortedPieces, branch: Branch): number[] {
  const bytes: number[] = [];
  for (let { from } = branch; from < branch.to;) {
    const byte = pieceAt(sorted, from).charCodeAt(branch.depth);
    bytes.push(byte);
    from = firstFrom(sorted, { ...branch, from }, byte + 1);
  }
  return bytes;
}

/** The first place of the branch whose next byte is `byte` or more. */
function firstFrom(sorted: SortedPieces, { from, to, depth }: Branch, byte: number): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (pieceAt(sorted, middle).charCodeAt(depth) < byte) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

function pieceAt({ tokens, pieces }: SortedPieces, place: number): Bytes {
  return pieces[tokens[place] ?? -1] ?? '';
}

function compareBytes(left: Bytes, right: Bytes): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
