import { mean, toRates } from './rates.ts';

/** A label of an enum field, a boolean, or null for a nullable one. */
export type Label = string | boolean | null;

/** The label that is right and the one that was answered; undefined where there is none. */
export type LabelPair = { readonly gold: Label | undefined; readonly predicted: Label | undefined };

export type LabelScore = {
  readonly label: Label;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  /** How often it is the gold label. */
  readonly support: number;
};

export type LabelScores = {
  readonly accuracy: number | null;
  readonly macroF1: number | null;
  readonly labels: readonly LabelScore[];
  /** `counts[gold][predicted]` in the order of `labels`; the last row and column: no label at all. */
  readonly confusion: { readonly labels: readonly Label[]; readonly counts: readonly (readonly number[])[] };
};

/**
 * Scores of a field with one label, as scikit-learn defines them. accuracy = right / pairs; per label precision =
 * right / predicted, recall = right / gold, F1 = 2·right / (predicted + gold), 0 where that is 0 / 0; macro-F1 = the
 * plain mean of F1 over the labels that occur as gold or predicted.
 */
export function labelScores(known: readonly Label[], pairs: readonly LabelPair[]): LabelScores {
  const occurring = new Set(pairs.flatMap(({ gold, predicted }) => [gold, predicted]));
  const labels = known.filter((label) => occurring.has(label));
  const counts = countConfusion(labels, pairs);
  const scores = labels.map((label, index) => scoreLabel(label, index, counts));
  const right = labels.reduce((sum, _, index) => sum + (counts[index]?.[index] ?? 0), 0);
  return {
    accuracy: pairs.length === 0 ? null : right / pairs.length,
    macroF1: mean(scores.map(({ f1 }) => f1)),
    labels: scores,
    confusion: { labels, counts },
  };
}

function countConfusion(labels: readonly Label[], pairs: readonly LabelPair[]): number[][] {
  const index = new Map<Label | undefined, number>(labels.map((label, at) => [label, at]));
  const size = labels.length + 1;
  const counts = Array.from({ length: size }, () => Array.from({ length: size }, () => 0));
  for (const { gold, predicted } of pairs) {
    const row = counts[index.get(gold) ?? labels.length] ?? [];
    const column = index.get(predicted) ?? labels.length;
    row[column] = (row[column] ?? 0) + 1;
  }
  return counts;
}

function scoreLabel(label: Label, index: number, counts: readonly (readonly number[])[]): LabelScore {
  const gold = (counts[index] ?? []).reduce((sum, count) => sum + count, 0);
  const predicted = counts.reduce((sum, row) => sum + (row[index] ?? 0), 0);
  const rates = toRates({ right: counts[index]?.[index] ?? 0, predicted, gold });
  return { label, precision: rates.precision ?? 0, recall: rates.recall ?? 0, f1: rates.f1 ?? 0, support: gold };
}
