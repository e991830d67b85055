import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatBytes, formatCount, formatDuration, formatRate, plural } from '../../../src/format.ts';
import { formatOutcomes, formatProgress } from '../../../src/cli/format.ts';

describe('numbers for people', () => {
  test('are grouped, with their noun in the right number', () => {
    expect([0, 1, 2, 1234567].map((count) => plural(count, 'document'))).toEqual([
      '0 documents',
      '1 document',
      '2 documents',
      '1,234,567 documents',
    ]);
    expect(formatCount(999)).toBe('999');
  });

  test.for([
    [-1, '0 s'],
    [0, '0 s'],
    [59.4, '59 s'],
    [59.6, '1 min 0 s'],
    [185, '3 min 5 s'],
    [3599.9, '1 h 0 min'],
    [7440, '2 h 4 min'],
    [100 * 3600, '100 h 0 min'],
  ] as const)('%d seconds are %s', ([seconds, text]) => {
    expect(formatDuration(seconds)).toBe(text);
  });

  test.for([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [1500, '1.5 kB'],
    [99_960, '100 kB'],
    [999_999, '1.0 MB'],
    [12_000_000, '12.0 MB'],
    [999_999_999, '1.0 GB'],
    [5e15, '5000 TB'],
  ] as const)('%d bytes are %s', ([bytes, text]) => {
    expect(formatBytes(bytes)).toBe(text);
  });

  test('bytes are always within a thousand of their unit, and right to a twentieth', () => {
    const units: Readonly<Record<string, number>> = { B: 1, kB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 };
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 999e12 }), (bytes) => {
        const [value = '', unit = ''] = formatBytes(bytes).split(' ');
        expect(Number(value)).toBeLessThan(1000);
        expect(Math.abs((Number(value) * (units[unit] ?? 0)) / bytes - 1)).toBeLessThanOrEqual(0.05);
      }),
    );
  });

  test('rates say when they are not known', () => {
    expect([null, 0, 9.96, 99.96, 1234.5].map(formatRate)).toEqual([
      '- docs/s',
      '0.0 docs/s',
      '10.0 docs/s',
      '100 docs/s',
      '1,235 docs/s',
    ]);
  });
});

describe('outcomes for people', () => {
  test('name codes with their counts, and only what there is', () => {
    expect(formatOutcomes({ ok: 970, failed: { CHANGED: 12, BINARY: 1008 }, skipped: { EMPTY: 10 } })).toBe(
      '970 ok, 1,020 failed (CHANGED 12, BINARY 1,008), 10 skipped (EMPTY 10)',
    );
    expect(formatOutcomes({ ok: 0, failed: {}, skipped: {} })).toBe('0 ok');
  });

  test('of a run in work say how far it is, and never 100 % before its end', () => {
    const progress = {
      round: 1,
      shards: { done: 1, total: 2 },
      documents: { done: 999, total: 1000 },
      outcomes: { ok: 990, failed: { BINARY: 9 }, skipped: {} },
      rate: 12.34,
      etaSeconds: 61,
      etaError: null,
      uncounted: 0,
    };
    expect(formatProgress(progress)).toBe('999/1,000 documents (99 %), 12.3 docs/s, 1 min 1 s to go, 9 failed');
    expect(formatProgress({ ...progress, documents: { done: 1000, total: 1000 }, rate: null })).toBe(
      '1,000/1,000 documents (100 %), - docs/s, 9 failed',
    );
  });
});
