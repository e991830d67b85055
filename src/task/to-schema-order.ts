import { type JsonObject, type JsonValue, isJsonArray, isJsonObject } from '../../schemas/json.ts';
import type { Field, ObjectField } from './field.ts';

/** The same valid answer with the members of every object in schema order, as the model writes them. */
export function toSchemaOrder(output: ObjectField, answer: JsonObject): JsonObject {
  return Object.fromEntries(
    output.properties.map(({ name, field }) => [name, orderValue(field, answer[name] ?? null)]),
  );
}

function orderValue(field: Field, value: JsonValue): JsonValue {
  if (field.type === 'object' && isJsonObject(value)) {
    return toSchemaOrder(field, value);
  }
  if (field.type === 'array' && isJsonArray(value)) {
    return value.map((item) => orderValue(field.items, item));
  }
  return value;
}
