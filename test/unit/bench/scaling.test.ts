import fc from 'fast-check';
import { expect, test } from 'vitest';
import { steadyRate } from '../../../bench/report/steady-rate.ts';
import { toScalingPage } from '../../../bench/report/to-scaling-page.ts';

test('how long the first parts and the last ones took does not count', () => {
  const late = fc.integer({ min: 0, max: 1_000_000 });
  const edges = fc.array(fc.tuple(late, late), { maxLength: 63 });
  fc.assert(
    fc.property(edges, fc.integer({ min: 1, max: 50 }), (others, beats) => {
      const beginMs = 2_000_000;
      // Ten documents every 100 ms, with as many parts before and after as there are other workers.
      const steady = Array.from({ length: beats + 1 }, (_, beat) => ({ atMs: beginMs + 100 * beat, documents: 10 }));
      const before = others.map(([earlyMs]) => ({ atMs: beginMs - earlyMs, documents: 10 }));
      const after = others.map(([, lateMs]) => ({ atMs: beginMs + 100 * beats + lateMs, documents: 10 }));
      expect(steadyRate([...after, ...steady, ...before], others.length + 1)).toBeCloseTo(100);
    }),
  );
});

test('too few parts to time are refused', () => {
  const part = { atMs: 0, documents: 1 };
  expect(() => steadyRate([part, part, part], 2)).toThrow('3 parts are too few to time 2 workers');
});

test('efficiency is the rate per worker beside that of the fewest workers', () => {
  const machine = {
    cpu: 'CPU',
    features: [],
    cores: 2,
    memoryBytes: 1,
    system: '',
    node: '24',
    docmill: '',
    nodeLlamaCpp: '',
    llamaCpp: '',
  };
  const measurements = [
    { workers: 1, documentsPerSecond: 10 },
    { workers: 4, documentsPerSecond: 38 },
  ];
  const page = toScalingPage({ machine, documentsPerWorker: 200, series: [{ model: 'stub:delay=100', measurements }] });
  expect(page).toContain('| 4 | 38.0 | 9.50 | 95.0 % |');
});
