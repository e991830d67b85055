import type { Pointer } from '../../../schemas/json.ts';
import { type AnswerState, literal } from './answer-state.ts';
import type { CopyText } from './copy-text.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const TAB = 0x09;

/** JSON's escapes of what a value may hold: the byte behind the backslash, and the byte that it means. */
const ESCAPES: ReadonlyMap<number, number> = new Map([
  [QUOTE, QUOTE],
  [BACKSLASH, BACKSLASH],
  [0x74, TAB],
]);

type Copy = {
  readonly text: CopyText;
  readonly maxLength: number;
  readonly pointer: Pointer;
  readonly next: () => AnswerState;
};

/**
 * A JSON string that stands in the text. A text with nothing to copy allows the empty string only, which validation
 * refuses: the document fails instead of the engine.
 */
export function copyState(text: CopyText, maxLength: number, pointer: Pointer, next: () => AnswerState): AnswerState {
  if (text.isEmpty) {
    return literal('""', pointer, next);
  }
  const copy = { text, maxLength, pointer, next };
  return literal('"', pointer, () => contentState(copy, undefined, 0));
}

/** `offsets`: where the text goes on, for every occurrence of what is written so far; undefined before the first byte. */
function contentState(copy: Copy, offsets: readonly number[] | undefined, length: number): AnswerState {
  const take = (byte: number): AnswerState | undefined => {
    const taken = length + (isFirstOfCharacter(byte) ? 1 : 0);
    const found =
      offsets === undefined
        ? (copy.text.starts.get(byte) ?? [])
        : offsets.filter((offset) => copy.text.bytes.charCodeAt(offset) === byte);
    const after = found
      .map((offset) => offset + 1)
      .filter((offset) => taken + copy.text.toEnd(offset) <= copy.maxLength);
    return after.length === 0 ? undefined : contentState(copy, after, taken);
  };
  const step = (byte: number): AnswerState | undefined => {
    if (byte === QUOTE) {
      return offsets?.some(copy.text.mayEnd) ? copy.next() : undefined;
    }
    if (byte === BACKSLASH) {
      return escapeState(copy.pointer, take);
    }
    return byte < 0x20 ? undefined : take(byte);
  };
  return { step, only: undefined, owner: copy.pointer };
}

function escapeState(pointer: Pointer, take: (byte: number) => AnswerState | undefined): AnswerState | undefined {
  const reachable = [...ESCAPES].flatMap(([written, meant]) => {
    const after = take(meant);
    return after === undefined ? [] : [{ written, after }];
  });
  if (reachable.length === 0) {
    return undefined;
  }
  const step = (byte: number): AnswerState | undefined => reachable.find(({ written }) => written === byte)?.after;
  return { step, only: undefined, owner: pointer };
}

function isFirstOfCharacter(byte: number): boolean {
  return (byte & 0xc0) !== 0x80;
}
