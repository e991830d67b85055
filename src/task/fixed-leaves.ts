import { type Pointer, pointerTo } from '../../schemas/json.ts';
import type { Field } from './field.ts';

/** The leaves of a field that are in no list, as pointers in schema order: every answer has the same. */
export function fixedLeaves(field: Field, pointer: Pointer = ''): Pointer[] {
  if (field.type === 'array') return [];
  if (field.type !== 'object') return [pointer];
  return field.properties.flatMap(({ name, field: member }) => fixedLeaves(member, pointerTo(pointer, name)));
}
