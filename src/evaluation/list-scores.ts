import { ratio, type Rates, toRates } from './rates.ts';

/** A list beside its gold list: how many items each has, how similar the matched ones are, and whether all is the same. */
export type ListCounts = {
  readonly gold: number;
  readonly predicted: number;
  /** Similarity of each matched pair of items, from 0 to 1. */
  readonly similarities: readonly number[];
  /** Whether the lists are the same, in the same order. */
  readonly same: boolean;
};

export type ListScores = {
  readonly lists: number;
  /** Share of lists that are exactly right, order included. */
  readonly exact: number | null;
  /** Items that are right in every member, whatever their place. */
  readonly exactItems: Rates;
  /** Items that are partly right count as much as their similarity. */
  readonly items: Rates;
};

/**
 * Scores of a list over all documents, items matched without regard to order so that their similarities add up to most:
 * precision = Σ similarity / predicted items, recall = Σ similarity / gold items, F1 = 2·Σ similarity / items of both;
 * `exactItems` counts only similarities of 1.
 */
export function listScores(lists: readonly ListCounts[]): ListScores {
  const sum = (count: (list: ListCounts) => number): number => lists.reduce((total, list) => total + count(list), 0);
  const gold = sum((list) => list.gold);
  const predicted = sum((list) => list.predicted);
  const exact = sum((list) => list.similarities.filter((similarity) => similarity === 1).length);
  const similar = sum((list) => list.similarities.reduce((total, similarity) => total + similarity, 0));
  return {
    lists: lists.length,
    exact: ratio(
      sum((list) => Number(list.same)),
      lists.length,
    ),
    exactItems: toRates({ right: exact, predicted, gold }),
    items: toRates({ right: similar, predicted, gold }),
  };
}
