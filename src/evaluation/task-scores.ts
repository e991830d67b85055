import type { DocumentJudgement } from './judge-document.ts';
import { isRight } from './judge-document.ts';
import type { FieldScores } from './field-scores.ts';
import { mean, ratio, type Rates, toRates } from './rates.ts';

export type TaskScores = {
  /** Over all values of all fields. */
  readonly micro: Rates & { readonly exact: number | null };
  /** The plain mean over fields. */
  readonly macro: { readonly exact: number | null; readonly f1: number | null };
};

/**
 * One figure for a task. Micro: exact = right values / pairs, and precision, recall and F1 over the values that are not
 * null, a multi-label field counting each label. Macro: the mean over fields of exact (accuracy of a label field) and
 * of F1 (macro-F1 of label and multi-label fields). Lists count by the fields of their items.
 */
export function taskScores(judgements: readonly DocumentJudgement[], fields: readonly FieldScores[]): TaskScores {
  const pairs = judgements
    .flatMap((judgement) => judgement.pairs)
    .filter((pair) => pair.kind === 'leaf' || pair.kind === 'labels');
  const counts = { right: 0, predicted: 0, gold: 0 };
  for (const pair of pairs) {
    const gold = valuesOf(pair.gold?.value);
    const predicted = valuesOf(pair.predicted?.value);
    counts.gold += gold.length;
    counts.predicted += predicted.length;
    counts.right += gold.filter((value) => predicted.includes(value)).length;
  }
  const scored = fields.filter((field) => field.kind !== 'list');
  return {
    micro: { exact: ratio(pairs.filter(isRight).length, pairs.length), ...toRates(counts) },
    macro: {
      exact: mean(scored.map((field) => (field.kind === 'label' ? field.accuracy : field.exact))),
      f1: mean(scored.map((field) => (field.kind === 'value' ? field.f1 : field.macroF1))),
    },
  };
}

/** The values of one side that are not null: one, none, or the labels of a set. */
function valuesOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return value === undefined || value === null ? [] : [value];
}
