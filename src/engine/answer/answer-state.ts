import type { Pointer } from '../../../schemas/json.ts';

/**
 * A place within the JSON text of an answer, as an automaton over its UTF-8 bytes. States never change, so that a
 * token can be tried without being taken. Every reachable state can reach the end: no valid prefix is a dead end.
 */
export type AnswerState = {
  /** The state after one more byte, or undefined where no valid answer goes on with it. */
  readonly step: (byte: number) => AnswerState | undefined;
  /** Bytes beyond which none is accepted, none twice, where they are far fewer than all. */
  readonly bytes?: () => readonly number[];
  /** The next byte where the schema leaves only one; undefined where the model must choose, and at the end. */
  readonly only: number | undefined;
  /** The value that the next choice belongs to. */
  readonly owner: Pointer;
  /** All ways to go on, where they are few enough to be scored one by one. */
  readonly alternatives?: readonly Alternative[];
  readonly done?: true;
};

/** One of several texts of which none is the beginning of another. */
export type Alternative = {
  /** Its bytes from the current place on. */
  readonly bytes: Bytes;
  /** The value that it decides. */
  readonly pointer: Pointer;
  /** The label that it stands for; undefined for null and for the end of an array. */
  readonly label: string | undefined;
  /** The state behind it. */
  readonly next: () => AnswerState;
};

/** UTF-8 as a string of one character per byte: it can be sliced, compared and used as a key. */
export type Bytes = string;

/** The UTF-8 of a text. */
export function toBytes(text: string): Bytes {
  return Buffer.from(text, 'utf8').toString('latin1');
}

/** The text of some UTF-8. */
export function fromBytes(bytes: Bytes): string {
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

/** The end of the answer. */
export const END: AnswerState = { step: () => undefined, bytes: () => [], only: undefined, owner: '', done: true };

/** Bytes that must come next. */
export function literal(bytes: Bytes, owner: Pointer, next: () => AnswerState, offset = 0): AnswerState {
  if (offset === bytes.length) {
    return next();
  }
  const only = bytes.charCodeAt(offset);
  const step = (byte: number): AnswerState | undefined =>
    byte === only ? literal(bytes, owner, next, offset + 1) : undefined;
  return { step, bytes: () => [only], only, owner };
}

/** One of the alternatives must come next; with only one left, it is a literal. */
export function oneOf(alternatives: readonly Alternative[], owner: Pointer): AnswerState {
  const [first] = alternatives;
  if (first !== undefined && alternatives.length === 1) {
    return literal(first.bytes, first.pointer, first.next);
  }
  const bytes = alternatives.map((alternative) => alternative.bytes.charCodeAt(0));
  const only = bytes.every((byte) => byte === bytes[0]) ? bytes[0] : undefined;
  const step = (byte: number): AnswerState | undefined => {
    const left = alternatives.filter((_, index) => bytes[index] === byte);
    return left.length === 0 ? undefined : oneOf(left.map(withoutFirstByte), owner);
  };
  return { step, bytes: () => [...new Set(bytes)], only, owner, alternatives };
}

function withoutFirstByte(alternative: Alternative): Alternative {
  return { ...alternative, bytes: alternative.bytes.slice(1) };
}

/** One of two states, of which the second accepts no byte that the first one accepts. */
export function either(first: AnswerState, second: AnswerState, owner: Pointer): AnswerState {
  return {
    step: (byte) => first.step(byte) ?? second.step(byte),
    bytes: () => [...new Set([...bytesOf(first), ...bytesOf(second)])],
    only: undefined,
    owner,
  };
}

const EVERY_BYTE = Array.from({ length: 256 }, (_, byte) => byte);

function bytesOf(state: AnswerState): readonly number[] {
  return state.bytes?.() ?? EVERY_BYTE;
}

/** The state after several bytes. */
export function stepAll(state: AnswerState, bytes: Bytes): AnswerState | undefined {
  let current: AnswerState | undefined = state;
  for (let index = 0; index < bytes.length && current !== undefined; index += 1) {
    current = current.step(bytes.charCodeAt(index));
  }
  return current;
}

/** The bytes that the schema leaves no choice about, and the state behind them. */
export function forcedBytes(state: AnswerState): { readonly bytes: Bytes; readonly after: AnswerState } {
  let bytes = '';
  let after = state;
  while (after.only !== undefined) {
    const next = after.step(after.only);
    if (next === undefined) {
      throw new Error('an answer state refuses the only byte that it allows');
    }
    bytes += String.fromCharCode(after.only);
    after = next;
  }
  return { bytes, after };
}
