import { type JsonValue, type Pointer, isJsonArray, isJsonObject, pointerTo } from '../../schemas/json.ts';
import type { Field, VerbatimField } from '../task/field.ts';

export type ChangeVerbatim = (
  field: Field & VerbatimField,
  value: string | number,
  pointer: Pointer,
) => string | number | null;

/** The same answer with every text or number of a verbatim field changed; what the schema does not know stays. */
export function mapVerbatim(field: Field, value: JsonValue, change: ChangeVerbatim, pointer: Pointer = ''): JsonValue {
  if (field.type === 'object' && isJsonObject(value)) {
    const fields = new Map(field.properties.map(({ name, field: member }) => [name, member]));
    const members = Object.entries(value).map(([name, member]): [string, JsonValue] => {
      const known = fields.get(name);
      return [name, known === undefined ? member : mapVerbatim(known, member, change, pointerTo(pointer, name))];
    });
    return Object.fromEntries(members);
  }
  if (field.type === 'array' && isJsonArray(value)) {
    return value.map((item, index) => mapVerbatim(field.items, item, change, pointerTo(pointer, index)));
  }
  if (field.type === 'verbatim' && (typeof value === 'string' || typeof value === 'number')) {
    return change(field, value, pointer);
  }
  return value;
}
