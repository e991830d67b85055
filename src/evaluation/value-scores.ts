import type { JsonValue } from '../../schemas/json.ts';
import { ratio, type Rates, toRates } from './rates.ts';

/** The final values of a field; undefined where one side has no such item or there is no answer. */
export type ValuePair = { readonly gold: JsonValue | undefined; readonly predicted: JsonValue | undefined };

export type ValueScores = Rates & {
  /** Share of pairs with the same final value, null included. */
  readonly exact: number | null;
  /** The same when case, white space, Unicode forms and punctuation at the ends do not matter. */
  readonly normalized: number | null;
  /** Precision and recall of saying null. */
  readonly nulls: Rates;
};

/**
 * Scores of a field with single values. exact and normalized are shares of all pairs, those with one side included.
 * Precision, recall and F1 are about values that are not null: right / predicted, right / gold, and so for nulls.
 */
export function valueScores(pairs: readonly ValuePair[]): ValueScores {
  const isValue = (value: JsonValue | undefined): boolean => value !== null && value !== undefined;
  const same = pairs.filter(({ gold, predicted }) => gold !== undefined && gold === predicted);
  const folded = pairs.filter(({ gold, predicted }) => gold !== undefined && fold(gold) === fold(predicted));
  return {
    exact: ratio(same.length, pairs.length),
    normalized: ratio(folded.length, pairs.length),
    ...toRates({
      right: same.filter(({ gold }) => isValue(gold)).length,
      predicted: pairs.filter(({ predicted }) => isValue(predicted)).length,
      gold: pairs.filter(({ gold }) => isValue(gold)).length,
    }),
    nulls: toRates({
      right: same.filter(({ gold }) => gold === null).length,
      predicted: pairs.filter(({ predicted }) => predicted === null).length,
      gold: pairs.filter(({ gold }) => gold === null).length,
    }),
  };
}

/** What is left of a text when its looks do not matter; punctuation alone stays as it is. */
function fold(value: JsonValue | undefined): JsonValue | undefined {
  if (typeof value !== 'string') return value;
  const plain = value.normalize('NFKC').toLowerCase().replaceAll(/\s+/gu, ' ');
  return plain.replaceAll(/^[\p{P}\s]+|[\p{P}\s]+$/gu, '') || plain;
}
