import type { Pointer } from '../../../schemas/json.ts';
import { type AnswerState, literal } from './answer-state.ts';

/** Every beginning of a date, as far as digits and dashes go; whether the month has the day is checked in the end. */
const BEGINNING = /^(?:[1-9](?:\d(?:\d(?:\d(?:-(?:0(?:[1-9])?|1(?:[0-2])?)?)?)?)?)?)?$/;

const BYTES: readonly number[] = [...Buffer.from('-0123456789')];

/** A day of the calendar from 1000 to 9999 as a JSON string `"YYYY-MM-DD"`. */
export function dateState(pointer: Pointer, next: () => AnswerState): AnswerState {
  return literal('"', pointer, () => digitState('', pointer, next));
}

function digitState(written: string, pointer: Pointer, next: () => AnswerState): AnswerState {
  if (written.length === 10) {
    return literal('"', pointer, next);
  }
  const step = (byte: number): AnswerState | undefined => {
    const longer = written + String.fromCharCode(byte);
    return isBeginning(longer) ? digitState(longer, pointer, next) : undefined;
  };
  return { step, bytes: () => BYTES, only: undefined, owner: pointer };
}

function isBeginning(written: string): boolean {
  if (written.length <= 7) {
    return BEGINNING.test(written);
  }
  const [year, month, day = ''] = written.split('-');
  const days = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
  if (written.length === 8) {
    return written.endsWith('-');
  }
  if (written.length === 9) {
    return /^[0-3]$/.test(day) && Number(day) * 10 <= days;
  }
  return /^\d\d$/.test(day) && Number(day) >= 1 && Number(day) <= days;
}
