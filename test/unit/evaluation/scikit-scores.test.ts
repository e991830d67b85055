import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { labelScores, type LabelScore } from '../../../src/evaluation/label-scores.ts';
import { labelSetScores } from '../../../src/evaluation/label-set-scores.ts';

const labelScoreSchema = z.object({
  label: z.string(),
  precision: z.number(),
  recall: z.number(),
  f1: z.number(),
  support: z.number(),
});
const common = { known: z.array(z.string()), macroF1: z.number(), labels: z.array(labelScoreSchema) };
const casesSchema = z.object({
  single: z.array(
    z.object({
      ...common,
      pairs: z.array(z.tuple([z.string(), z.string().nullable()])),
      accuracy: z.number(),
      confusion: z.array(z.array(z.number())),
    }),
  ),
  multi: z.array(
    z.object({
      ...common,
      pairs: z.array(z.tuple([z.array(z.string()), z.array(z.string())])),
      exact: z.number(),
      precision: z.number(),
      recall: z.number(),
      f1: z.number(),
    }),
  ),
});
type Cases = z.infer<typeof casesSchema>;

const script = join(import.meta.dirname, '../../support/write-scikit-scores.py');
const hasScikit = spawnSync('python3', ['-c', 'import sklearn']).status === 0;

function recorded(): Cases {
  return casesSchema.parse(JSON.parse(readFileSync(join(import.meta.dirname, 'scikit-scores.json'), 'utf8')));
}

function computed(): Cases {
  const { stdout } = spawnSync('python3', [script, '20261124'], { encoding: 'utf8', maxBuffer: 1 << 24 });
  return casesSchema.parse(JSON.parse(stdout));
}

function expectLabels(labels: readonly LabelScore[], wanted: readonly LabelScore[]): void {
  expect(labels.map(({ label, support }) => ({ label, support }))).toEqual(
    wanted.map(({ label, support }) => ({ label, support })),
  );
  for (const [index, score] of labels.entries()) {
    for (const figure of ['precision', 'recall', 'f1'] as const) {
      expect(score[figure]).toBeCloseTo(wanted[index]?.[figure] ?? NaN, 12);
    }
  }
}

function expectSingle(cases: Cases): void {
  for (const { known, pairs, ...wanted } of cases.single) {
    const scores = labelScores(
      known,
      pairs.map(([gold, predicted]) => ({ gold, predicted: predicted ?? undefined })),
    );
    expect(scores.accuracy).toBeCloseTo(wanted.accuracy, 12);
    expect(scores.macroF1).toBeCloseTo(wanted.macroF1, 12);
    expect(scores.confusion.counts).toEqual(wanted.confusion);
    expectLabels(scores.labels, wanted.labels);
  }
}

function expectMulti(cases: Cases): void {
  for (const { known, pairs, ...wanted } of cases.multi) {
    const scores = labelSetScores(
      known,
      pairs.map(([gold, predicted]) => ({ gold, predicted })),
    );
    for (const figure of ['exact', 'precision', 'recall', 'f1', 'macroF1'] as const) {
      expect(scores[figure]).toBeCloseTo(wanted[figure], 12);
    }
    expectLabels(scores.labels, wanted.labels);
  }
}

describe('on the recorded predictions', () => {
  test('scores of a field with one label are those of scikit-learn', () => {
    const cases = recorded();
    expect(cases.single).toHaveLength(8);
    expectSingle(cases);
  });

  test('scores of a multi-label field are those of scikit-learn', () => {
    const cases = recorded();
    expect(cases.multi).toHaveLength(5);
    expectMulti(cases);
  });
});

describe.skipIf(!hasScikit)('on new predictions, where scikit-learn is installed', () => {
  test('all scores of labels are those of scikit-learn', { timeout: 60_000 }, () => {
    const cases = computed();
    expect(cases.single.length + cases.multi.length).toBe(13);
    expectSingle(cases);
    expectMulti(cases);
  });
});
