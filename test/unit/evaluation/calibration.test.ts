import fc from 'fast-check';
import { expect, test } from 'vitest';
import { calibrate } from '../../../src/evaluation/calibration.ts';
import { findThreshold } from '../../../src/evaluation/find-threshold.ts';

const points = fc.array(
  fc.record({ confidence: fc.integer({ min: 0, max: 40 }).map((step) => step / 40), right: fc.boolean() }),
  { maxLength: 60 },
);

test('the calibration error is the mean distance of confidence and accuracy, weighted by bin', () => {
  const { error, bins } = calibrate([
    { confidence: 0.95, right: true },
    { confidence: 0.91, right: false },
    { confidence: 0.3, right: false },
    { confidence: 0.34, right: true },
  ]);
  // Last bin: |1/2 - 0.93| = 0.43; fourth bin: |1/2 - 0.32| = 0.18; each holds half of the points.
  expect(error).toBeCloseTo((0.43 + 0.18) / 2, 12);
  expect(bins[3]).toMatchObject({ from: 0.3, count: 2, accuracy: 0.5 });
});

test('confidences that are always right, or never wrong by their own measure, have no error', () => {
  expect(calibrate([{ confidence: 1, right: true }]).error).toBe(0);
  expect(calibrate([{ confidence: 0, right: false }]).error).toBe(0);
  expect(calibrate([]).error).toBeNull();
});

test('every border opens a bin, and certainty belongs to the last one', () => {
  for (const tenths of [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]) {
    const { bins } = calibrate([{ confidence: tenths / 10, right: true }]);
    expect(bins.findIndex(({ count }) => count === 1)).toBe(Math.min(9, tenths));
  }
});

test('bins hold every point once, and the error lies between 0 and 1', () => {
  fc.assert(
    fc.property(points, (all) => {
      const { bins, error } = calibrate(all);
      expect(bins.reduce((sum, { count }) => sum + count, 0)).toBe(all.length);
      expect(error ?? 0).toBeGreaterThanOrEqual(0);
      expect(error ?? 0).toBeLessThanOrEqual(1);
    }),
  );
});

test('the threshold reaches the target, and no lower confidence does', () => {
  fc.assert(
    fc.property(points, fc.constantFrom(0, 0.5, 0.8, 0.95, 1), (all, target) => {
      const accuracyFrom = (confidence: number) => {
        const kept = all.filter((point) => point.confidence >= confidence);
        return kept.filter(({ right }) => right).length / kept.length;
      };
      const reaching = all.map(({ confidence }) => confidence).filter((one) => accuracyFrom(one) >= target);
      const threshold = findThreshold(all, target, all.length);
      expect(threshold?.confidence).toBe(reaching.length === 0 ? undefined : Math.min(...reaching));
      expect(threshold?.accuracy ?? 1).toBeGreaterThanOrEqual(target);
    }),
  );
});

test('what has no confidence lowers the coverage', () => {
  expect(findThreshold([{ confidence: 0.7, right: true }], 0.95, 4)).toEqual({
    confidence: 0.7,
    accuracy: 1,
    coverage: 0.25,
  });
});
