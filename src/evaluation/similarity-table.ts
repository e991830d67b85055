import { type JsonValue, isJsonArray, isJsonObject } from '../../schemas/json.ts';
import type { Field } from '../task/field.ts';
import { matchItems } from './match-items.ts';

/** The similarity of every item of one list with every item of the other: `table[gold][predicted]`. */
export function similarityTable(
  items: Field,
  gold: readonly JsonValue[],
  predicted: readonly JsonValue[],
): readonly (readonly number[])[] {
  return gold.map((one) => predicted.map((other) => similarity(items, one, other)));
}

/**
 * How much of a value is right, from 0 to 1: equal single values 1, else 0; an object the mean over its members; a list
 * 2·Σ similarity of matched items / (items of both), 1 for two empty ones.
 */
function similarity(field: Field, gold: JsonValue, predicted: JsonValue): number {
  if (field.type === 'object' && isJsonObject(gold) && isJsonObject(predicted)) {
    const members = field.properties.map(({ name, field: member }) =>
      similarity(member, gold[name] ?? null, predicted[name] ?? null),
    );
    return members.reduce((sum, member) => sum + member, 0) / members.length;
  }
  if (field.type === 'array' && isJsonArray(gold) && isJsonArray(predicted)) {
    if (gold.length + predicted.length === 0) return 1;
    const table = similarityTable(field.items, gold, predicted);
    const sum = matchItems(table).reduce((total, match) => total + (table[match.gold]?.[match.predicted] ?? 0), 0);
    return (2 * sum) / (gold.length + predicted.length);
  }
  return gold === predicted ? 1 : 0;
}
