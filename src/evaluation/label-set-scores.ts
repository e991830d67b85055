import type { LabelScore } from './label-scores.ts';
import { mean, ratio, type Rates, toRates } from './rates.ts';

/** The labels that are right and those that were answered; undefined where there is no answer, null where it is null. */
export type LabelSets = { readonly gold: LabelSet; readonly predicted: LabelSet };

type LabelSet = readonly string[] | null | undefined;

export type LabelSetScores = Rates & {
  /** Share of sets that are exactly right. */
  readonly exact: number | null;
  readonly macroF1: number | null;
  readonly labels: readonly LabelScore[];
};

/**
 * Scores of a multi-label field, as scikit-learn defines them for indicator matrices: each label is there or not.
 * Precision, recall and F1 over all labels together (micro); macro-F1 = the plain mean of F1 over the labels that occur.
 */
export function labelSetScores(known: readonly string[], pairs: readonly LabelSets[]): LabelSetScores {
  const counts = known.map((label) => {
    const gold = pairs.filter((pair) => pair.gold?.includes(label));
    const predicted = pairs.filter((pair) => pair.predicted?.includes(label)).length;
    const right = gold.filter((pair) => pair.predicted?.includes(label)).length;
    return { label, gold: gold.length, predicted, right };
  });
  const occurring = counts.filter(({ gold, predicted }) => gold + predicted > 0);
  const labels = occurring.map(({ label, ...count }) => {
    const { precision, recall, f1 } = toRates(count);
    return { label, precision: precision ?? 0, recall: recall ?? 0, f1: f1 ?? 0, support: count.gold };
  });
  const sum = (name: 'gold' | 'predicted' | 'right'): number => counts.reduce((total, count) => total + count[name], 0);
  const exact = pairs.filter(({ gold, predicted }) => isSameSet(gold, predicted)).length;
  return {
    exact: ratio(exact, pairs.length),
    ...toRates({ right: sum('right'), predicted: sum('predicted'), gold: sum('gold') }),
    macroF1: mean(labels.map(({ f1 }) => f1)),
    labels,
  };
}

function isSameSet(gold: LabelSet, predicted: LabelSet): boolean {
  if (!gold || !predicted) return gold === null && predicted === null;
  return new Set(gold).symmetricDifference(new Set(predicted)).size === 0;
}
