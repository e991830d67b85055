import type { CalibrationPoint } from './calibration.ts';

/** What is kept when everything below a confidence goes to a person. */
export type Threshold = {
  /** The lowest confidence that is kept. */
  readonly confidence: number;
  /** Share of right ones among those that are kept. */
  readonly accuracy: number;
  /** Share that is kept, of all. */
  readonly coverage: number;
};

/**
 * The lowest confidence at which the kept points (those at or above it) reach the target accuracy, so the one that
 * keeps most; null when none does. `total` counts what has no confidence too, such as failed documents.
 */
export function findThreshold(points: readonly CalibrationPoint[], target: number, total: number): Threshold | null {
  const sorted = points.toSorted((one, other) => other.confidence - one.confidence);
  let right = 0;
  let best: Threshold | null = null;
  for (const [index, point] of sorted.entries()) {
    if (point.right) right += 1;
    // Points of equal confidence are kept or given away together.
    if (sorted[index + 1]?.confidence === point.confidence) continue;
    const kept = index + 1;
    if (right >= target * kept) best = { confidence: point.confidence, accuracy: right / kept, coverage: kept / total };
  }
  return best;
}
