import { expect, test } from 'vitest';
import { bestOf, isTuned, limitOf, ratioOf, rateOf, shareOf } from '../../../bench/report/figures.ts';
import { median } from '../../../bench/report/median.ts';
import type { Result, Round } from '../../../bench/report/report.ts';

const round = (seconds: number): Round => ({
  seconds,
  cpuSeconds: seconds,
  foreignShare: 0,
  documents: 10,
  answerTokens: 100,
  peakMemoryBytes: null,
  agreement: 1,
  valid: 1,
  exact: null,
  ungrounded: 0,
});

const result: Result = {
  model: 'q4_0',
  workload: 'W3',
  says: 'six fields',
  needs: { prefix: 100, read: 200, steps: 20 },
  shares: null,
  sides: {
    docmill: [round(1), round(2), round(4)],
    'llama-server, 1 slot, --swa-full': [round(2), round(4), round(4)],
    'llama-server, 16 slots, --swa-full': [round(5), round(6), round(7)],
  },
  limits: [
    { prefill: 2000, decode: 1000 },
    { prefill: 1000, decode: 500 },
    { prefill: 2000, decode: 1000 },
  ],
};

test('the median is the middle value, or the mean of the two in the middle', () => {
  expect([median([3, 1, 2]), median([4, 1, 3, 2]), median([])]).toEqual([2, 2.5, NaN]);
});

test('a rate is the median of the rounds', () => {
  expect(rateOf(result, 'docmill')).toBe(5);
  expect(rateOf(result, 'nobody')).toBeNaN();
});

test('a ratio compares what was measured in the same round, so that a slow hour hits both sides', () => {
  expect(ratioOf(result, 'docmill', 'llama-server, 1 slot, --swa-full')).toBe(2);
});

test('the best peer is the one with the best median', () => {
  expect(bestOf(result, isTuned)).toBe('llama-server, 1 slot, --swa-full');
  expect(bestOf(result, (side) => side === 'nobody')).toBeUndefined();
});

test('the limit is what must be read and chosen at the rates of the same round', () => {
  // 200 / 2000 + 20 / 1000 = 0.12 s a document.
  expect(limitOf(result)).toBeCloseTo(1 / 0.12);
  // Shares of the rounds: 10 / s of 8.33 / s, 5 / s of 4.17 / s, 2.5 / s of 8.33 / s.
  expect(shareOf(result, 'docmill')).toBeCloseTo(1.2);
});
