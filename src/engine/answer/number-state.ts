import type { Pointer } from '../../../schemas/json.ts';
import type { AnswerState } from './answer-state.ts';

/** Which numbers may be written: bounds in units of the last decimal, so that all arithmetic is exact. */
export type NumberRange = {
  readonly decimals: number;
  readonly lowest: bigint;
  readonly highest: bigint;
  /** Digits before the point. */
  readonly digits: number;
};

/** What numbers consist of, and what may stand behind them. */
const BYTES: readonly number[] = [...Buffer.from('-.0123456789,]}')];

const DECIMALS = 6;
const MAX_DECIMALS = 20;

/** The range of a number field; 6 decimals, or more where a bound has more. Empty where no such number fits the bounds. */
export function toNumberRange(field: {
  readonly type: 'integer' | 'number';
  readonly minimum: number;
  readonly maximum: number;
}): NumberRange {
  const bounds = [field.minimum, field.maximum].map(toDecimal);
  const needed = Math.max(DECIMALS, ...bounds.map(({ exponent }) => -exponent));
  const decimals = field.type === 'integer' ? 0 : Math.min(MAX_DECIMALS, needed);
  const lowest = -floorScaled(toDecimal(-field.minimum), decimals);
  const highest = floorScaled(toDecimal(field.maximum), decimals);
  const digits = Math.max(
    ...[lowest, highest].map((bound) => String(magnitude(bound) / 10n ** BigInt(decimals)).length),
  );
  return { decimals, lowest, highest, digits };
}

/** A JSON number within the range, without exponent, leading zeros or a negative zero. */
export function numberState(range: NumberRange, pointer: Pointer, next: () => AnswerState, written = ''): AnswerState {
  const step = (byte: number): AnswerState | undefined => {
    const longer = written + String.fromCharCode(byte);
    if (isBeginning(longer, range)) {
      return numberState(range, pointer, next, longer);
    }
    return isComplete(written, range) ? next().step(byte) : undefined;
  };
  return { step, bytes: () => BYTES, only: undefined, owner: pointer };
}

type Written = { readonly negative: boolean; readonly whole: string; readonly fraction: string | undefined };

function parseWritten(written: string): Written | undefined {
  const parts = /^(-?)(0|[1-9]\d*|)(?:(?<=\d)\.(\d*))?$/.exec(written);
  return parts === null ? undefined : { negative: parts[1] === '-', whole: parts[2] ?? '', fraction: parts[3] };
}

function isComplete(written: string, range: NumberRange): boolean {
  const parsed = parseWritten(written);
  if (parsed === undefined || parsed.whole === '' || parsed.fraction === '') {
    return false;
  }
  const { whole, fraction = '' } = parsed;
  const value = BigInt(whole + fraction) * 10n ** BigInt(range.decimals - fraction.length);
  return overlaps(value, 1n, parsed.negative, range);
}

/** Whether some number of the range begins like this. */
function isBeginning(written: string, range: NumberRange): boolean {
  const parsed = parseWritten(written);
  if (parsed === undefined || parsed.whole.length > range.digits) {
    return false;
  }
  const { negative, whole, fraction } = parsed;
  if (whole === '') {
    return overlaps(0n, 10n ** BigInt(range.digits + range.decimals), negative, range);
  }
  if (fraction !== undefined) {
    const open = range.decimals - fraction.length;
    return open >= 0 && range.decimals > 0 && overlaps(BigInt(whole + fraction), 1n, negative, range, open);
  }
  const more = whole === '0' ? 0 : range.digits - whole.length;
  return Array.from({ length: more + 1 }, (_, digits) => digits).some((digits) =>
    overlaps(BigInt(whole), 1n, negative, range, range.decimals + digits),
  );
}

/** Whether the range holds one of the `count` magnitudes from `first` on, both shifted left by `places` digits. */
function overlaps(first: bigint, count: bigint, negative: boolean, range: NumberRange, places = 0): boolean {
  const unit = 10n ** BigInt(places);
  const low = first * unit;
  const high = (first + count) * unit - 1n;
  // A negative zero is no number that anybody means.
  const from = negative ? larger(1n, -range.highest) : larger(0n, range.lowest);
  const to = negative ? -range.lowest : range.highest;
  return larger(low, from) <= (high < to ? high : to);
}

type Decimal = { readonly digits: bigint; readonly exponent: number };

/** The shortest decimal that means this double. */
function toDecimal(value: number): Decimal {
  const [mantissa = '0', exponent = '0'] = String(value).split('e');
  const [whole = '0', fraction = ''] = mantissa.split('.');
  return { digits: BigInt(whole + fraction), exponent: Number(exponent) - fraction.length };
}

function floorScaled(decimal: Decimal, decimals: number): bigint {
  const places = decimal.exponent + decimals;
  if (places >= 0) {
    return decimal.digits * 10n ** BigInt(places);
  }
  const unit = 10n ** BigInt(-places);
  const quotient = decimal.digits / unit;
  return decimal.digits < 0n && quotient * unit !== decimal.digits ? quotient - 1n : quotient;
}

function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value;
}

function larger(left: bigint, right: bigint): bigint {
  return left > right ? left : right;
}
