import { type JsonValue, type Pointer, isJsonArray, isJsonObject, pointerTo } from '../../schemas/json.ts';
import type { ArrayField, Field, LabelField } from '../task/field.ts';
import type { Leaf } from '../task/leaf-rules.ts';
import { matchItems } from './match-items.ts';
import { similarityTable } from './similarity-table.ts';

/** A value and where it stands in its answer. */
type Placed<T extends JsonValue = JsonValue> = { readonly pointer: Pointer; readonly value: T };

/** What gold and answer say for one field; undefined where one of them has no such item, or there is no answer. */
type Sides<T extends JsonValue> = {
  /** The field; `*` stands for any item of a list. */
  readonly pointer: Pointer;
  readonly gold: Placed<T> | undefined;
  readonly predicted: Placed<T> | undefined;
};

type List = readonly JsonValue[] | null;

export type LeafPair = Sides<JsonValue> & { readonly kind: 'leaf'; readonly field: Leaf };
export type LabelSetPair = Sides<List> & { readonly kind: 'labels'; readonly field: ArrayField };
export type ListPair = Sides<List> & {
  readonly kind: 'list';
  readonly field: ArrayField;
  /** Similarity of each matched pair of items. */
  readonly similarities: readonly number[];
};
/** An object of which at least one side is null. */
type NullPair = Sides<JsonValue> & { readonly kind: 'null-object' };
export type AnswerPair = LeafPair | LabelSetPair | ListPair | NullPair;

/**
 * Sets a gold answer and an answer side by side, field by field. Items of a list are matched by similarity, whatever
 * their order; what has no partner stands alone.
 */
export function alignAnswers(output: Field, gold: JsonValue, predicted: JsonValue | undefined): AnswerPair[] {
  const other = predicted === undefined ? undefined : { pointer: '', value: predicted };
  return [...align(output, { pointer: '', gold: { pointer: '', value: gold }, predicted: other })];
}

/** Whether a field is a multi-label field. */
function isLabelSet(field: ArrayField): field is ArrayField & { readonly items: Field & LabelField } {
  return field.unique && field.items.type === 'label';
}

function* align(field: Field, sides: Sides<JsonValue>): Generator<AnswerPair, void> {
  switch (field.type) {
    case 'object':
      yield* alignObjects(field, sides);
      return;
    case 'array': {
      const lists = { pointer: sides.pointer, gold: asList(sides.gold), predicted: asList(sides.predicted) };
      if (isLabelSet(field)) yield { ...lists, kind: 'labels', field };
      else yield* alignLists(field, lists);
      return;
    }
    case 'label':
    case 'boolean':
    case 'integer':
    case 'number':
    case 'date':
    case 'string':
    case 'verbatim':
      yield { ...sides, kind: 'leaf', field };
      return;
    default:
      field satisfies never;
  }
}

function* alignObjects(
  field: Extract<Field, { type: 'object' }>,
  sides: Sides<JsonValue>,
): Generator<AnswerPair, void> {
  if (sides.gold?.value === null || sides.predicted?.value === null) yield { ...sides, kind: 'null-object' };
  const gold = hasMembers(sides.gold);
  const predicted = hasMembers(sides.predicted);
  if (!gold && !predicted) return;
  for (const { name, field: member } of field.properties) {
    yield* align(member, {
      pointer: pointerTo(sides.pointer, name),
      gold: gold ? memberOf(sides.gold, name) : undefined,
      predicted: predicted ? memberOf(sides.predicted, name) : undefined,
    });
  }
}

function* alignLists(field: ArrayField, lists: Sides<List>): Generator<AnswerPair, void> {
  const gold = lists.gold?.value ?? [];
  const predicted = lists.predicted?.value ?? [];
  const table = similarityTable(field.items, gold, predicted);
  const matches = gold.length === 0 || predicted.length === 0 ? [] : matchItems(table);
  const similarities = matches.map((match) => table[match.gold]?.[match.predicted] ?? 0);
  yield { ...lists, kind: 'list', field, similarities };
  const partners = new Map(matches.map((match) => [match.gold, match.predicted]));
  const taken = new Set(partners.values());
  const pointer = pointerTo(lists.pointer, '*');
  for (const index of gold.keys()) {
    const partner = partners.get(index);
    const other = partner === undefined ? undefined : itemOf(lists.predicted, partner);
    yield* align(field.items, { pointer, gold: itemOf(lists.gold, index), predicted: other });
  }
  for (const index of predicted.keys()) {
    if (taken.has(index)) continue;
    yield* align(field.items, { pointer, gold: undefined, predicted: itemOf(lists.predicted, index) });
  }
}

function asList(placed: Placed | undefined): Placed<List> | undefined {
  if (placed === undefined) return undefined;
  return { pointer: placed.pointer, value: isJsonArray(placed.value) ? placed.value : null };
}

function hasMembers(placed: Placed | undefined): boolean {
  return placed !== undefined && isJsonObject(placed.value);
}

function memberOf(placed: Placed | undefined, name: string): Placed | undefined {
  if (placed === undefined || !isJsonObject(placed.value)) return undefined;
  return { pointer: pointerTo(placed.pointer, name), value: placed.value[name] ?? null };
}

function itemOf(placed: Placed<List> | undefined, index: number): Placed | undefined {
  const item = placed?.value?.[index];
  return placed === undefined || item === undefined
    ? undefined
    : { pointer: pointerTo(placed.pointer, index), value: item };
}
