import type { Pointer } from '../../schemas/json.ts';
import { type Calibration, calibrate } from './calibration.ts';
import { type FieldScores, fieldScores } from './field-scores.ts';
import { findThreshold, type Threshold } from './find-threshold.ts';
import { type DocumentJudgement, isRight } from './judge-document.ts';
import { ratio } from './rates.ts';
import { type TaskScores, taskScores } from './task-scores.ts';

type WorstDocument = {
  readonly id: string;
  readonly status: DocumentJudgement['status'];
  /** Why there is no answer. */
  readonly code: string | null;
  readonly right: number;
  readonly values: number;
  /** Fields that are wrong, at their place in the answer, else in the gold answer. */
  readonly wrong: readonly Pointer[];
};

/** How good a model is at a task; `docs/evaluation.md` defines every figure. */
export type Evaluation = TaskScores & {
  readonly documents: {
    readonly total: number;
    readonly ok: number;
    /** Documents without an answer, by code; they count as wrong everywhere. */
    readonly failed: Readonly<Record<string, number>>;
    readonly skipped: Readonly<Record<string, number>>;
    /** Share of documents whose whole answer is the gold answer. */
    readonly exact: number | null;
  };
  readonly fields: readonly FieldScores[];
  readonly calibration: Calibration;
  readonly thresholds: {
    readonly targetAccuracy: number;
    /** Of fields, by their confidence. */
    readonly fields: Threshold | null;
    /** Of documents, by their lowest confidence: what `results --below` gives to a person. */
    readonly documents: Threshold | null;
  };
  /** Every document that is not exactly right: the ones with the smallest share of right values first. */
  readonly worst: readonly WorstDocument[];
};

/** All scores of some judged documents. */
export function evaluate(judgements: readonly DocumentJudgement[], targetAccuracy: number): Evaluation {
  const fields = fieldScores(judgements);
  const points = judgements.flatMap((judgement) => judgement.points);
  const whole = judgements.flatMap(({ confidence, exact }) =>
    confidence === undefined ? [] : [{ confidence, right: exact }],
  );
  return {
    documents: {
      total: judgements.length,
      ok: judgements.filter(({ status }) => status === 'ok').length,
      failed: countCodes(judgements, 'failed'),
      skipped: countCodes(judgements, 'skipped'),
      exact: ratio(judgements.filter(({ exact }) => exact).length, judgements.length),
    },
    ...taskScores(judgements, fields),
    fields,
    calibration: calibrate(points),
    thresholds: {
      targetAccuracy,
      fields: findThreshold(points, targetAccuracy, points.length),
      documents: findThreshold(whole, targetAccuracy, judgements.length),
    },
    worst: findWorst(judgements),
  };
}

function countCodes(judgements: readonly DocumentJudgement[], status: 'failed' | 'skipped'): Record<string, number> {
  const codes = judgements.flatMap((judgement) => (judgement.status === status ? [judgement.code ?? ''] : []));
  const counts = [...Map.groupBy(codes, (code) => code)].map(([code, all]) => [code, all.length] as const);
  return Object.fromEntries(counts.toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

function findWorst(judgements: readonly DocumentJudgement[]): WorstDocument[] {
  const documents = judgements
    .filter(({ exact }) => !exact)
    .map(({ id, status, code, pairs, wrong }) => {
      const values = pairs.filter((pair) => pair.kind === 'leaf' || pair.kind === 'labels');
      const right = values.filter(isRight).length;
      return { id, status, code: code ?? null, right, values: values.length, wrong };
    });
  return documents.toSorted((one, other) => shareOf(one) - shareOf(other));
}

/** Where there is no value at all, nothing is right. */
function shareOf({ right, values }: WorstDocument): number {
  return ratio(right, values) ?? 0;
}
