import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createNewestFailures } from '../../../src/monitor/dashboard/newest-failures.ts';
import { createRateHistory } from '../../../src/monitor/dashboard/rate-history.ts';
import { createWorkerRates } from '../../../src/monitor/worker-rates.ts';
import { failedLine, okLine } from '../../support/a-run.ts';
import { aHeartbeat } from '../../support/heartbeats.ts';

describe('the history of a rate', () => {
  test('holds every document in at most 120 steps, whatever the order and the time between', () => {
    const arrivals = fc.array(fc.record({ atMs: fc.nat(10_000_000_000), documents: fc.nat(100) }), { minLength: 1 });
    fc.assert(
      fc.property(arrivals, (all) => {
        const history = createRateHistory();
        for (const { atMs, documents } of all) history.add(atMs, documents);
        const { widthMs, points } = history.read();
        expect(points.length).toBeLessThanOrEqual(120);
        expect(points.reduce((sum, { documents }) => sum + documents, 0)).toBe(
          all.reduce((sum, { documents }) => sum + documents, 0),
        );
        for (const { atMs } of all) {
          expect(points.some(({ startMs }) => atMs >= startMs && atMs < startMs + widthMs)).toBe(true);
        }
        points.forEach(({ startMs }, index) => expect(startMs).toBe((points[0]?.startMs ?? 0) + index * widthMs));
      }),
    );
  });

  test('of nothing is empty', () => {
    expect(createRateHistory().read().points).toEqual([]);
  });
});

describe('the newest failed documents', () => {
  test('are the twenty that came last, newest first, in whatever order parts are seen', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...Array(100).keys()], { minLength: 100 }), (order) => {
        const failures = createNewestFailures();
        for (const atMs of order) failures.add(atMs, [okLine(`ok-${atMs}`), failedLine(`${atMs}`)]);
        expect(failures.read().map(({ id }) => id)).toEqual(Array.from({ length: 20 }, (_, index) => `${99 - index}`));
      }),
    );
  });
});

describe('the rate of a worker', () => {
  const beat = (documents: number) => [{ heartbeat: aHeartbeat('a', { documents }), ageMs: 0 }];

  test('is what it did between the first and the last look of two minutes', () => {
    const rates = createWorkerRates();
    const rateAt = (atMs: number, documents: number) => rates.look(beat(documents), atMs)[0]?.rate;
    expect(rateAt(0, 0)).toBeNull();
    expect(rateAt(10_000, 20)).toBe(2);
    expect(rateAt(130_000, 140)).toBe(1);
  });

  test('begins anew for a worker that was gone', () => {
    const rates = createWorkerRates();
    rates.look(beat(0), 0);
    rates.look([], 1_000);
    expect(rates.look(beat(50), 2_000)[0]?.rate).toBeNull();
  });
});
