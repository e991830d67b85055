import type { Pointer } from '../../../schemas/json.ts';
import { type AnswerState, literal } from './answer-state.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** What may follow a backslash: `"`, `\`, and the letters of `\b \f \n \r \t`. */
const ESCAPES: ReadonlySet<number> = new Set([QUOTE, BACKSLASH, 0x62, 0x66, 0x6e, 0x72, 0x74]);

type Free = {
  readonly minLength: number;
  readonly maxLength: number;
  readonly pointer: Pointer;
  readonly next: () => AnswerState;
};

/** A free JSON string of valid UTF-8, its length in code points; control characters only as escapes. */
export function stringState(
  bounds: { readonly minLength: number; readonly maxLength: number },
  pointer: Pointer,
  next: () => AnswerState,
): AnswerState {
  const { minLength, maxLength } = bounds;
  return literal('"', pointer, () => contentState({ minLength, maxLength, pointer, next }, 0));
}

function contentState(free: Free, length: number): AnswerState {
  const after = (): AnswerState => contentState(free, length + 1);
  const step = (byte: number): AnswerState | undefined => {
    if (byte === QUOTE) {
      return length >= free.minLength ? free.next() : undefined;
    }
    if (length === free.maxLength || byte < 0x20) {
      return undefined;
    }
    if (byte === BACKSLASH) {
      return rangeState(free.pointer, [(escaped) => ESCAPES.has(escaped)], after);
    }
    return byte < 0x80 ? after() : characterState(byte, free.pointer, after);
  };
  return { step, only: undefined, owner: free.pointer };
}

/** The rest of a character of several bytes: no overlong form, no surrogate, nothing above U+10FFFF. */
function characterState(first: number, pointer: Pointer, after: () => AnswerState): AnswerState | undefined {
  const count = first < 0xc2 || first > 0xf4 ? 0 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
  const lowest = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const highest = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  const tests = Array.from(
    { length: count },
    (_, index) => (byte: number) => (index === 0 ? byte >= lowest && byte <= highest : byte >= 0x80 && byte <= 0xbf),
  );
  return count === 0 ? undefined : rangeState(pointer, tests, after);
}

/** One byte for each test, then `after`. */
function rangeState(
  pointer: Pointer,
  tests: readonly ((byte: number) => boolean)[],
  after: () => AnswerState,
): AnswerState {
  const [first, ...rest] = tests;
  const step = (byte: number): AnswerState | undefined => {
    if (first?.(byte) !== true) {
      return undefined;
    }
    return rest.length === 0 ? after() : rangeState(pointer, rest, after);
  };
  return { step, only: undefined, owner: pointer };
}
