import { type Bytes, toBytes } from './answer-state.ts';

/**
 * A text that values are copied from, prepared once: its bytes, and for each offset where a value may begin, end, and
 * how far it is to the next end on the same line. No value holds a line break, a control character other than a tab,
 * or half of a surrogate pair, or has white space at an end.
 */
export type CopyText = {
  readonly bytes: Bytes;
  /** Offsets where a value may begin, by the byte that stands there. */
  readonly starts: ReadonlyMap<number, readonly number[]>;
  readonly isEmpty: boolean;
  readonly mayEnd: (offset: number) => boolean;
  /** Code points that a value at this offset must still take before it may end; infinite where it never may. */
  readonly toEnd: (offset: number) => number;
};

/** Prepares a text for copying, in time and space linear in its length. */
export function prepareCopyText(text: string): CopyText {
  const bytes = toBytes(text);
  const starts = new Map<number, number[]>();
  const ends = new Uint8Array(bytes.length + 1);
  const distances = new Float64Array(bytes.length + 1).fill(Infinity);
  // From the right, because how far it is to the next end depends on what follows.
  let end = bytes.length;
  for (const character of Array.from(text).toReversed()) {
    const start = end - Buffer.byteLength(character);
    const isBlocked = isBreak(character);
    const isSolid = !isBlocked && !/\s/.test(character);
    if (isSolid) {
      ends[end] = 1;
      distances[end] = 0;
      addStart(starts, bytes.charCodeAt(start), start);
    }
    if (!isBlocked) {
      const distance = distances[end] ?? Infinity;
      // Inside a character, what is left is counted as if the character were already taken.
      distances.fill(distance, start + 1, end);
      distances[start] = distance + 1;
    }
    end = start;
  }
  return {
    bytes,
    starts,
    isEmpty: starts.size === 0,
    mayEnd: (offset) => ends[offset] === 1,
    toEnd: (offset) => distances[offset] ?? Infinity,
  };
}

/** Control characters but the tab, and halves of surrogate pairs. */
function isBreak(character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  return (code < 0x20 && code !== 0x09) || (code >= 0xd800 && code <= 0xdfff);
}

function addStart(starts: Map<number, number[]>, byte: number, offset: number): void {
  const others = starts.get(byte);
  if (others === undefined) {
    starts.set(byte, [offset]);
  } else {
    others.push(offset);
  }
}
