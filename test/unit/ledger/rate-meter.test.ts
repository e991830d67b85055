import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRateMeter } from '../../../src/ledger/rate-meter.ts';

describe('the rate of documents', () => {
  test('is unknown before two parts have come', () => {
    const meter = createRateMeter();
    expect(meter.rate(0)).toBeNull();
    meter.add(1000, 10);
    expect(meter.rate(2000)).toBeNull();
    meter.add(3000, 10);
    expect(meter.rate(3000)).toBe(5);
  });

  test('of parts that come evenly is how they come, in whatever order they are seen', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 128 }),
        fc.integer({ min: 1, max: 20 }),
        fc.shuffledSubarray([0, 1, 2], { minLength: 3 }),
        (documents, everySeconds, order) => {
          const meter = createRateMeter();
          const timeOf = (part: number) => 100_000 + part * everySeconds * 1000;
          for (const part of order) meter.add(timeOf(part), documents);
          expect(meter.rate(timeOf(2))).toBeCloseTo(documents / everySeconds, 6);
        },
      ),
    );
  });

  test('forgets what is older than a minute', () => {
    const meter = createRateMeter();
    for (const atMs of [0, 1000]) meter.add(atMs, 1000);
    expect(meter.rate(1000)).toBe(1000);
    for (const atMs of [70_000, 80_000]) meter.add(atMs, 10);
    expect(meter.rate(80_000)).toBe(1);
    expect(meter.rate(200_000)).toBeNull();
  });

  test('has a smaller error the more parts were seen, and none before two', () => {
    const meter = createRateMeter();
    meter.add(1000, 10);
    expect(meter.error(1000)).toBeNull();
    for (let part = 1; part <= 16; part += 1) meter.add(1000 + part * 1000, 10);
    expect(meter.error(17_000)).toBe(0.25);
  });

  test('is finite even for parts of the same moment', () => {
    const meter = createRateMeter();
    for (const atMs of [5, 5]) meter.add(atMs, 1);
    expect(Number.isFinite(meter.rate(5))).toBe(true);
  });
});
