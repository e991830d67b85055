import type { Pointer } from '../../../schemas/json.ts';
import type { VerbatimField } from '../../task/field.ts';
import { type AnswerState, type Bytes, literal } from './answer-state.ts';
import type { CopyRules, CopyText } from './copy-text.ts';

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
  readonly bytes: Bytes;
  readonly rules: CopyRules;
  readonly maxLength: number;
  readonly pointer: Pointer;
  readonly next: () => AnswerState;
};

/** What is written so far, by its occurrences in the text. */
type Written = {
  /** Where the text goes on, for every occurrence; undefined before the first byte. */
  readonly offsets: readonly number[] | undefined;
  /** Code points. */
  readonly length: number;
  /** Whether it has the digit that its kind needs. */
  readonly hasDigit: boolean;
};

/**
 * A JSON string that stands in the text, cut by the rules that the text has for the field. A text with nothing to copy
 * allows the empty string only, which validation refuses: the document fails instead of the engine.
 */
export function copyState(
  field: VerbatimField,
  text: CopyText,
  pointer: Pointer,
  next: () => AnswerState,
): AnswerState {
  const rules = text.rulesFor(field);
  if (rules === undefined) {
    return literal('""', pointer, next);
  }
  const copy = { bytes: text.bytes, rules, maxLength: field.maxLength, pointer, next };
  const nothing = { offsets: undefined, length: 0, hasDigit: !rules.needsDigit };
  return literal('"', pointer, () => contentState(copy, nothing));
}

function contentState(copy: Copy, written: Written): AnswerState {
  const { rules } = copy;
  const take = (byte: number): AnswerState | undefined => {
    const length = written.length + (isFirstOfCharacter(byte) ? 1 : 0);
    const found =
      written.offsets === undefined
        ? (rules.starts.get(byte) ?? [])
        : written.offsets.filter((offset) => copy.bytes.charCodeAt(offset) === byte);
    // All occurrences have the same digits.
    const hasDigit = written.hasDigit || found.slice(0, 1).some((offset) => rules.isAfterDigit(offset + 1));
    const offsets = found
      .map((offset) => offset + 1)
      .filter((offset) => length + rules.toEnd(offset, hasDigit) <= copy.maxLength);
    return offsets.length === 0 ? undefined : contentState(copy, { offsets, length, hasDigit });
  };
  const step = (byte: number): AnswerState | undefined => {
    if (byte === QUOTE) {
      return written.hasDigit && written.offsets?.some(rules.mayEnd) ? copy.next() : undefined;
    }
    if (byte === BACKSLASH) {
      return escapeState(copy.pointer, take);
    }
    return byte < 0x20 ? undefined : take(byte);
  };
  const bytes = (): readonly number[] => {
    const following = written.offsets?.map((offset) => copy.bytes.charCodeAt(offset)) ?? rules.starts.keys();
    return [...new Set([...following, QUOTE, BACKSLASH])];
  };
  return { step, bytes, only: undefined, owner: copy.pointer };
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
  return { step, bytes: () => reachable.map(({ written }) => written), only: undefined, owner: pointer };
}

function isFirstOfCharacter(byte: number): boolean {
  return (byte & 0xc0) !== 0x80;
}
