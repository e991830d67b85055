import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { banking77 } from '../../../../bench/quality/banking77.ts';
import { spread } from '../../../../bench/quality/compare.ts';
import { readOptions } from '../../../../bench/quality/options.ts';
import { published } from '../../../../bench/quality/published.ts';
import { receipts } from '../../../../bench/quality/receipts/receipts.ts';
import { type QualityReport, toPage } from '../../../../bench/quality/to-page.ts';
import { describeMachine } from '../../../../bench/machine.ts';

const training = { steps: 100, tokens: 1_234_567, seconds: 900, cpuSeconds: 840 };
const report: QualityReport = {
  date: '2026-11-25T03:04:05.000Z',
  machine: describeMachine(),
  budget: { unit: 'minutes', value: 15 },
  lr: 0.001,
  type: 'q8_0',
  start: { name: 'demo.gguf', sha256: 'a'.repeat(64) },
  comparisons: [
    {
      dataSet: 'banking77',
      documents: { train: 9974, test: 3080 },
      leftOut: { 'occurs in the test part too': 29, 'has no text': 0 },
      training,
      model: { accuracy: 0.8125, 'macro-F1': 0.8 },
      baseline: { accuracy: 0.8941, 'macro-F1': 0.89 },
    },
  ],
};

describe('the page', () => {
  const page = toPage(report, [banking77, receipts]);

  test('says first that the demo model is not Gemma', () => {
    expect(page.split('\n\n')[1]).toContain('The demo model is not Gemma');
  });

  test('has the model, the baseline and what others published, each with its source', () => {
    expect(page).toContain('| demo model, fine-tuned, under docmill | 81.3 % | 80.0 % |');
    expect(page).toContain('| baseline: TF-IDF and logistic regression | 89.4 % | 89.0 % |');
    for (const { model, source } of published.banking77) expect(page).toMatch(new RegExp(`${model}.*${source}`));
    expect(page).toContain('published, other conditions');
  });

  test('says what was learned, and what was left out and why', () => {
    expect(page).toContain('left out of training: 29 whose document occurs in the test part too. Training: 100 steps');
    expect(page).toContain('1.2 million tokens, 15.0 minutes, 14.0 of them on the processor');
  });

  test('has no part for a data set that was not run', () => {
    expect(page).not.toContain('SROIE');
  });
});

test('every published score is a share with a source', () => {
  const wrong = Object.values(published)
    .flat()
    .filter(({ score, source }) => score <= 0.5 || score >= 1 || !/model card \S+\/\S+|table \d+/.test(source));
  expect(wrong).toEqual([]);
});

test('documents that are spread keep their order, come from everywhere and are no more than wanted', () => {
  fc.assert(
    fc.property(fc.nat(200), fc.integer({ min: 1, max: 250 }), (length, count) => {
      const all = Array.from({ length }, (_, index) => index);
      const some = spread(all, count);
      expect(some.length).toBe(Math.min(length, count));
      expect(some).toEqual([...new Set(some)].sort((left, right) => left - right));
      const widest = Math.max(0, ...some.map((value, index) => (some[index + 1] ?? length) - value));
      expect(widest).toBeLessThanOrEqual(Math.ceil(length / count) + 1);
    }),
  );
});

test('a number of tokens takes the place of the minutes', () => {
  expect(readOptions([])?.budget).toEqual({ unit: 'minutes', value: 15 });
  expect(readOptions(['--tokens', '2e6'])?.budget).toEqual({ unit: 'tokens', value: 2_000_000 });
});

test.for([
  [['--minutes', 'x'], /`--minutes` to be a number, got `x`/],
  [['--minutes', '-1'], /--minutes/],
  [['--unknown'], /unknown.*see `--help`/is],
] as const)('the options %s are refused', ([parameters, message]) => {
  expect(() => readOptions(parameters)).toThrow(message);
});
