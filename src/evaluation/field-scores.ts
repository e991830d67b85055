import type { JsonValue, Pointer } from '../../schemas/json.ts';
import type { AnswerPair, LabelSetPair, LeafPair, ListPair } from './align-answers.ts';
import { type DocumentJudgement, isRight } from './judge-document.ts';
import { type Label, type LabelScores, labelScores } from './label-scores.ts';
import { type LabelSetScores, labelSetScores } from './label-set-scores.ts';
import { type ListScores, listScores } from './list-scores.ts';
import type { Rates } from './rates.ts';
import { spanScores } from './span-scores.ts';
import { type ValueScores, valueScores } from './value-scores.ts';

/** The scores of one field, by what kind of field it is; in its pointer `*` stands for any item of a list. */
export type FieldScores = { readonly pointer: Pointer; readonly pairs: number } & (
  | ({ readonly kind: 'label' } & LabelScores)
  | ({ readonly kind: 'labels' } & LabelSetScores)
  | ({ readonly kind: 'value'; readonly spans: Rates | null } & ValueScores)
  | ({ readonly kind: 'list' } & ListScores)
);

/** Scores every field that occurs, in the order in which the fields first occur. */
export function fieldScores(judgements: readonly DocumentJudgement[]): FieldScores[] {
  const pairs = judgements.flatMap((judgement) => judgement.pairs).filter((pair) => pair.kind !== 'null-object');
  const spans = Map.groupBy(
    judgements.flatMap((judgement) => judgement.spans),
    ({ pointer }) => pointer,
  );
  const byField = Map.groupBy(pairs, ({ pointer }) => pointer);
  return [...byField].map(([pointer, own]) =>
    Object.assign(scoreField(own, spans.get(pointer) ?? []), { pointer, pairs: own.length }),
  );
}

type ScoredPair = Exclude<AnswerPair, { kind: 'null-object' }>;
type Scores = FieldScores extends infer One ? (One extends unknown ? Omit<One, 'pointer' | 'pairs'> : never) : never;

function scoreField(pairs: readonly ScoredPair[], spans: DocumentJudgement['spans']): Scores {
  const lists = pairs.filter((pair) => pair.kind === 'list');
  if (lists.length > 0) return { kind: 'list', ...listScores(lists.map(toListCounts)) };
  const sets = pairs.filter((pair) => pair.kind === 'labels');
  if (sets.length > 0) return { kind: 'labels', ...scoreLabelSets(sets) };
  const leaves = pairs.filter((pair) => pair.kind === 'leaf');
  const known = labelsOf(leaves);
  const values = leaves.map(({ gold, predicted }) => ({ gold: gold?.value, predicted: predicted?.value }));
  if (known === null)
    return { kind: 'value', ...valueScores(values), spans: spans.length === 0 ? null : spanScores(spans) };
  return {
    kind: 'label',
    ...labelScores(
      known,
      values.map(({ gold, predicted }) => ({ gold: asLabel(gold), predicted: asLabel(predicted) })),
    ),
  };
}

function toListCounts(pair: ListPair) {
  const { gold, predicted, similarities } = pair;
  return {
    gold: gold?.value?.length ?? 0,
    predicted: predicted?.value?.length ?? 0,
    similarities,
    same: isRight(pair),
  };
}

function scoreLabelSets(pairs: readonly LabelSetPair[]): LabelSetScores {
  const items = pairs[0]?.field.items;
  const known = items?.type === 'label' ? items.labels : [];
  const asTexts = (list: readonly JsonValue[] | null | undefined) => list?.filter((label) => typeof label === 'string');
  return labelSetScores(
    known,
    pairs.map(({ gold, predicted }) => {
      return {
        gold: gold?.value === null ? null : asTexts(gold?.value),
        predicted: predicted?.value === null ? null : asTexts(predicted?.value),
      };
    }),
  );
}

/** What a field can say, if that is a closed set. */
function labelsOf([first]: readonly LeafPair[]): Label[] | null {
  const field = first?.field;
  if (field?.type === 'label') return [...field.labels, null];
  return field?.type === 'boolean' ? [false, true, null] : null;
}

function asLabel(value: JsonValue | undefined): Label | undefined {
  return typeof value === 'string' || typeof value === 'boolean' || value === null ? value : undefined;
}
