import { expect, test } from 'vitest';
import type { Report, Result, Round } from '../../../bench/report/report.ts';
import { toChart } from '../../../bench/report/to-chart.ts';
import { toMarkdown } from '../../../bench/report/to-markdown.ts';
import { ANSWER_ALONE } from '../../../bench/sides/side.ts';
import { toShares } from '../../../bench/sides/time-native.ts';

function rounds(documentsPerSecond: number, exact: number | null = null): Round[] {
  const round = {
    seconds: 10,
    cpuSeconds: 9.9,
    foreignShare: 0.01,
    answerTokens: 100,
    peakMemoryBytes: 5e8,
    agreement: 1,
    documents: 10 * documentsPerSecond,
    valid: 1,
    exact,
    ungrounded: 0,
  };
  return [round, round];
}

function result(model: string, workload: string, sides: Readonly<Record<string, Round[]>>): Result {
  return {
    model,
    workload,
    says: `documents of ${workload}`,
    sides,
    needs: { prefix: 140, read: 200, steps: 0 },
    shares: { evaluate: 0.97, sample: 0.02, copy: 0, docmill: 0.01 },
    limits: [
      { prefill: 1000, decode: 300 },
      { prefill: 1000, decode: 300 },
    ],
  };
}

const report: Report = {
  date: '2026-11-25T00:00:00.000Z',
  machine: {
    cpu: 'a CPU',
    features: ['avx2'],
    cores: 2,
    memoryBytes: 16e9,
    system: 'linux 6',
    node: '24.9.0',
    docmill: '1.0.0',
    nodeLlamaCpp: '3.22.1',
    llamaCpp: 'v0.5.0',
  },
  core: 0,
  models: { q4_0: { bytes: 157_523_616, sha256: 'a'.repeat(64) } },
  results: [
    result('q8_0', 'W1', {
      docmill: rounds(2.4),
      'llama-server, default flags': rounds(1.5),
      'llama-server, 1 slot, --swa-full': rounds(2),
    }),
    result('q4_0', 'W1', {
      docmill: rounds(4.5),
      'llama-server, 1 slot, --swa-full': rounds(3),
      'llama-server, 16 slots, --swa-full': rounds(2.5),
      'llama-server, 1 slot, --swa-full, json_schema': rounds(1.5),
      'llama-server, default flags': rounds(2),
      'node-llama-cpp, 8 sessions': rounds(1.5),
    }),
    result('demo', 'ticket', {
      docmill: rounds(80, 0.8),
      'llama-server, 1 slot, --swa-full': rounds(60, 0.8),
      'llama-server, 1 slot, --swa-full, json_schema': rounds(40, 0.8),
    }),
    result('q4_0-pruned', 'W1', { docmill: rounds(5) }),
    result('q4_0', 'short-77', { docmill: rounds(2) }),
    result('q4_0-sure', 'short-77', {
      docmill: rounds(3),
      [ANSWER_ALONE]: rounds(4),
      'llama-server, 1 slot, --swa-full': rounds(2.5),
    }),
    result('q8_0-untied', 'W1', { docmill: rounds(2.64) }),
  ],
};

const GUIDE = '../benchmarking.md';
const page = toMarkdown(report, GUIDE);

test('the page says what was measured on what, and how much of the core others had', () => {
  expect(page).toContain('- a CPU, 2 cores (avx2), 16.00 GB, linux 6');
  expect(page).toContain('others took 1.0 % of it (median), 1.0 % at most');
  expect(page).toContain('| `q4_0` | 157.5 MB | `aaaaaaaaaaaaaaaa…` |');
});

test('rounds are counted from the fewest to the most that a side was measured in', () => {
  expect(page).toContain('- 2 rounds, sides in turn');
  const stopped = result('q4_0', 'long', { docmill: rounds(1).slice(0, 1) });
  expect(toMarkdown({ ...report, results: [...report.results, stopped] }, GUIDE)).toContain(
    '- 1 to 2 rounds, sides in turn',
  );
});

test('every side has its rate, and docmill its share of the limit and of its own time', () => {
  expect(page).toContain('| docmill | 4.50 |');
  expect(page).toContain('| the limit | 5.00 |');
  expect(page).toContain('| docmill’s share of the limit | 90.0 % |');
  expect(page).toContain('| docmill, time that is not evaluating | 3.0 % |');
});

test('ratios are against the best tuned server, the constrained one, the default one and plain sessions', () => {
  expect(page).toContain('| q4_0 | W1 | 1.50x | 3.00x | 2.25x | 3.00x |');
  expect(page).toContain('- W1: 3.00x');
});

test('quality, levers and variants have their own tables', () => {
  expect(page).toContain('| llama-server, 1 slot, --swa-full, json_schema | 40.0 | 80.0 % | 100.0 % | 0 |');
  expect(page).toContain('| 32,768 pieces, not 262,144 | W1 | 5.00 | 1.11x | 0.50 GB |  |');
  expect(page).toContain('| weights that give a label 0.8, not 0.04 | short-77 | 3.00 | 1.50x | 0.50 GB | 1.20x |');
  expect(page).toContain(
    '| those, and the probability of the answer alone | short-77 | 4.00 | 2.00x | 0.50 GB | 1.60x |',
  );
  expect(page).toContain('| q8_0-untied | W1 | q8_0 | 1.10x |  |  |');
  // One peer beside docmill is a lever, not a comparison.
  expect(page).not.toContain('`q4_0-sure` on every side');
});

test('every row of a table has as many cells as its head', () => {
  const tables = page.split('\n\n').filter((block) => block.startsWith('|'));
  expect(tables.length).toBeGreaterThan(5);
  for (const table of tables) {
    expect(
      new Set(
        table
          .trimEnd()
          .split('\n')
          .map((line) => line.split(' | ').length),
      ).size,
    ).toBe(1);
  }
});

test('the chart has a bar for every compared side, as long as its share of the limit', () => {
  const bars = [...toChart(report).matchAll(/width="([\d.]+)" height="9" fill="#0b6e4f"/g)].map(([, width]) =>
    Number(width),
  );
  expect(bars).toHaveLength(3);
  // 4.5 of 5.0 documents/s, on a scale of 600 units.
  expect(bars[1]).toBeCloseTo(0.9 * 600);
});

test('what native calls do not take is docmill itself', () => {
  const before = { evaluate: 1, sample: 1, copy: 0 };
  const shares = toShares(before, { evaluate: 9, sample: 2, copy: 0.5 }, 10);
  expect(shares).toMatchObject({ evaluate: 0.8, sample: 0.1, copy: 0.05 });
  expect(shares.docmill).toBeCloseTo(0.05);
});
