import type { VerbatimField } from '../../task/field.ts';
import { type Bytes, toBytes } from './answer-state.ts';
import { type CopyKind, findCopyBorders, toCopyKinds } from './copy-borders.ts';

/**
 * A text that values are copied from, prepared once for each kind of border. No value holds a line break, a control
 * character other than a tab, or half of a surrogate pair, or has white space at an end.
 */
export type CopyText = {
  readonly bytes: Bytes;
  /** Whether a copy of the field's own kind and length stands in the text. */
  readonly holds: (field: VerbatimField) => boolean;
  /** The first of the field's kinds of which a copy stands in the text; undefined where there is nothing to copy. */
  readonly rulesFor: (field: VerbatimField) => CopyRules | undefined;
};

/** Where copies may begin and end, in byte offsets, and how far it is to the next end on the same line. */
export type CopyRules = {
  /** Offsets where a value may begin, by the byte that stands there. */
  readonly starts: ReadonlyMap<number, readonly number[]>;
  readonly needsDigit: boolean;
  /** Whether a digit ends here. */
  readonly isAfterDigit: (offset: number) => boolean;
  readonly mayEnd: (offset: number) => boolean;
  /** Code points that a value at this offset must still take before it may end; infinite where it never may. */
  readonly toEnd: (offset: number, hasDigit: boolean) => number;
  /** Code points of the shortest value. */
  readonly shortest: number;
};

/** Prepares a text for copying, in time and space linear in its length. */
export function prepareCopyText(text: string): CopyText {
  const bytes = toBytes(text);
  const prepared = new Map<CopyKind, CopyRules>();
  const prepare = (kind: CopyKind): CopyRules => {
    const rules = prepared.get(kind) ?? prepareRules(text, bytes, kind);
    prepared.set(kind, rules);
    return rules;
  };
  const find = (kinds: readonly CopyKind[], maxLength: number): CopyRules | undefined =>
    Iterator.from(kinds)
      .map(prepare)
      .find(({ shortest }) => shortest <= maxLength);
  return {
    bytes,
    holds: ({ normalize, maxLength }) => find(toCopyKinds(normalize).slice(0, 1), maxLength) !== undefined,
    rulesFor: ({ normalize, maxLength }) => find(toCopyKinds(normalize), maxLength),
  };
}

function prepareRules(text: string, bytes: Bytes, kind: CopyKind): CopyRules {
  const borders = findCopyBorders(text, kind);
  const needsDigit = kind === 'figure';
  const starts = new Map<number, number[]>();
  const ends = new Uint8Array(bytes.length + 1);
  const digits = new Uint8Array(bytes.length + 1);
  const distances = new Float64Array(bytes.length + 1).fill(Infinity);
  // The same for a value that has no digit yet.
  const digitless = needsDigit ? distances.slice() : distances;
  let shortest = Infinity;
  // From the right, because how far it is to the next end depends on what follows.
  let end = bytes.length;
  let unit = text.length;
  for (const character of Array.from(text).toReversed()) {
    const start = end - Buffer.byteLength(character);
    const isBlocked = isBreak(character);
    const isSolid = !isBlocked && !/\s/.test(character);
    const isDigit = /\p{Nd}/u.test(character);
    if (isSolid && borders[unit] === 1) {
      ends[end] = 1;
      distances[end] = 0;
    }
    unit -= character.length;
    if (!isBlocked) {
      digits[end] = isDigit ? 1 : 0;
      extend(distances, start, end, distances[end]);
      extend(digitless, start, end, (isDigit ? distances : digitless)[end]);
    }
    if (isSolid && borders[unit] === 1) {
      addStart(starts, bytes.charCodeAt(start), start);
      shortest = Math.min(shortest, digitless[start] ?? Infinity);
    }
    end = start;
  }
  return {
    starts,
    needsDigit,
    isAfterDigit: (offset) => digits[offset] === 1,
    mayEnd: (offset) => ends[offset] === 1,
    toEnd: (offset, hasDigit) => (hasDigit ? distances : digitless)[offset] ?? Infinity,
    shortest,
  };
}

/** One character more. Inside of it, what is left is counted as if it were already taken. */
function extend(distances: Float64Array, start: number, end: number, distance = Infinity): void {
  distances.fill(distance, start + 1, end);
  distances[start] = distance + 1;
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
