import { type JsonValue, type Pointer, isJsonArray, isJsonObject, pointerTo } from '../../schemas/json.ts';
import type { Field } from './field.ts';

/** One value of an answer, container or leaf, with the field that it answers. */
export type AnswerNode = { readonly pointer: Pointer; readonly field: Field; readonly value: JsonValue };

/** Every value of a valid answer in schema order, containers before what they hold. */
export function* walkAnswer(field: Field, value: JsonValue, pointer: Pointer = ''): Generator<AnswerNode> {
  yield { pointer, field, value };
  if (field.type === 'object' && isJsonObject(value)) {
    for (const property of field.properties) {
      yield* walkAnswer(property.field, value[property.name] ?? null, pointerTo(pointer, property.name));
    }
  }
  if (field.type === 'array' && isJsonArray(value)) {
    for (const [index, item] of value.entries()) {
      yield* walkAnswer(field.items, item, pointerTo(pointer, index));
    }
  }
}
