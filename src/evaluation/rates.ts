/** Precision, recall and F1; null where there is nothing to divide by. */
export type Rates = {
  readonly precision: number | null;
  readonly recall: number | null;
  readonly f1: number | null;
};

/** precision = right / predicted, recall = right / gold, F1 = 2·right / (predicted + gold), their harmonic mean. */
export function toRates({
  right,
  predicted,
  gold,
}: {
  readonly right: number;
  readonly predicted: number;
  readonly gold: number;
}): Rates {
  return { precision: ratio(right, predicted), recall: ratio(right, gold), f1: ratio(2 * right, predicted + gold) };
}

/** A share; null of nothing. */
export function ratio(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}

/** The mean of what is not null; null of nothing. */
export function mean(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return ratio(
    known.reduce((sum, value) => sum + value, 0),
    known.length,
  );
}
