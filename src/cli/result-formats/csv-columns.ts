import { type Pointer, pointerTo } from '../../../schemas/json.ts';
import type { Field } from '../../task/field.ts';

/** A field of the answer that is a column. */
export type CsvColumn = {
  readonly pointer: Pointer;
  /** Whether its value is copied from the document, and so may have a page. */
  readonly isCopied: boolean;
};

/**
 * The columns of an answer in schema order: every field that is not inside a list. How many items a list has differs from
 * document to document, so the list is one column.
 */
export function toCsvColumns(field: Field, pointer: Pointer = ''): CsvColumn[] {
  if (field.type !== 'object') return [{ pointer, isCopied: field.type === 'verbatim' }];
  return field.properties.flatMap(({ name, field: member }) => toCsvColumns(member, pointerTo(pointer, name)));
}
