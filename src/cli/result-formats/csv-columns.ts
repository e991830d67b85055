import { type Pointer, pointerTo } from '../../../schemas/json.ts';
import type { Field } from '../../task/field.ts';

/**
 * The columns of an answer, as pointers in schema order: every field that is not inside a list. How many items a list has
 * differs from document to document, so the list is one column.
 */
export function toCsvColumns(field: Field, pointer: Pointer = ''): Pointer[] {
  if (field.type !== 'object') return [pointer];
  return field.properties.flatMap(({ name, field: member }) => toCsvColumns(member, pointerTo(pointer, name)));
}
