import { type Pointer, pointerTo } from '../../schemas/json.ts';
import type { Field } from './field.ts';
import type { Leaf } from './leaf-rules.ts';

/** A field without fields below it; in its pointer `*` stands for any item of an array. */
export type LeafField = { readonly pointer: Pointer; readonly field: Leaf };

/** The leaves of a field tree in schema order, which is the order in which an answer is written. */
export function leafFields(field: Field, pointer: Pointer = ''): LeafField[] {
  if (field.type === 'object') {
    return field.properties.flatMap((property) => leafFields(property.field, pointerTo(pointer, property.name)));
  }
  if (field.type === 'array') {
    return leafFields(field.items, pointerTo(pointer, '*'));
  }
  return [{ pointer, field }];
}
