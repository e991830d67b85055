import { type JsonValue, isJsonArray, isJsonObject } from '../../schemas/json.ts';
import type { Field } from '../task/field.ts';

/** The same valid answer with the labels of every multi-label field in schema order: their order says nothing. */
export function sortLabels(field: Field, value: JsonValue): JsonValue {
  if (field.type === 'object' && isJsonObject(value)) {
    return Object.fromEntries(
      field.properties.map(({ name, field: member }) => [name, sortLabels(member, value[name] ?? null)]),
    );
  }
  if (field.type === 'array' && isJsonArray(value)) {
    const { items } = field;
    if (!field.unique || items.type !== 'label') return value.map((item) => sortLabels(items, item));
    const rank = (label: JsonValue): number => items.labels.findIndex((known) => known === label);
    return value.toSorted((one, other) => rank(one) - rank(other));
  }
  return value;
}
