/** A confidence and whether what it speaks of is right. */
export type CalibrationPoint = { readonly confidence: number; readonly right: boolean };

/** Points whose confidence lies in [from, to), the last bin in [from, to]. */
type ReliabilityBin = {
  readonly from: number;
  readonly to: number;
  readonly count: number;
  /** Mean confidence and share of right ones; null in an empty bin. */
  readonly confidence: number | null;
  readonly accuracy: number | null;
};

export type Calibration = {
  readonly points: number;
  /** Expected calibration error; null of nothing. */
  readonly error: number | null;
  readonly bins: readonly ReliabilityBin[];
};

const BINS = 10;

/**
 * How far confidences can be believed: ten bins of equal width, and the expected calibration error
 * ECE = Σ (count of the bin / count of all) · |accuracy of the bin − mean confidence of the bin| (Guo et al., 2017).
 */
export function calibrate(points: readonly CalibrationPoint[]): Calibration {
  const byBin = Map.groupBy(points, ({ confidence }) => binOf(confidence));
  const bins = Array.from({ length: BINS }, (_, index) => toBin(index, byBin.get(index) ?? []));
  const error = bins.reduce(
    (sum, { count, accuracy, confidence }) => sum + count * Math.abs((accuracy ?? 0) - (confidence ?? 0)),
    0,
  );
  return { points: points.length, error: points.length === 0 ? null : error / points.length, bins };
}

/** By comparison with the borders as they are printed: 0.3 · 10 is no exact 3. */
function binOf(confidence: number): number {
  let bin = BINS - 1;
  while (bin > 0 && confidence < bin / BINS) bin -= 1;
  return bin;
}

function toBin(index: number, points: readonly CalibrationPoint[]): ReliabilityBin {
  const count = points.length;
  const total = points.reduce((sum, { confidence }) => sum + confidence, 0);
  const right = points.filter((point) => point.right).length;
  return {
    from: index / BINS,
    to: (index + 1) / BINS,
    count,
    confidence: count === 0 ? null : total / count,
    accuracy: count === 0 ? null : right / count,
  };
}
