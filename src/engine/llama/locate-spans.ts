import type { Span } from '../../../schemas/answer.ts';
import { type JsonValue, type Pointer, pointerTo } from '../../../schemas/json.ts';
import type { Field } from '../../task/field.ts';
import { isJsonArray, isJsonObject } from '../../task/json-kind.ts';

type Row = {
  /** End of what was found last for the item itself. */
  itemEnd: number;
  /** Ends of what was found for each field of the item before, by the field's place within the item. */
  readonly columnEnds: Map<Pointer, number>;
};

/**
 * Where the verbatim values of an answer stand in the text. A value that stands there several times gets its first
 * occurrence; within an array, the first one behind the same field of the item before and behind what was found for
 * its own item, so that the rows of a table get the spans of their rows.
 */
export function locateSpans(output: Field, value: JsonValue, text: string): Record<Pointer, Span> {
  const spans: Record<Pointer, Span> = {};

  const visit = (field: Field, part: JsonValue, pointer: Pointer, row: Row | undefined, column: Pointer): void => {
    if (field.type === 'object' && isJsonObject(part)) {
      for (const { name, field: member } of field.properties) {
        visit(member, part[name] ?? null, pointerTo(pointer, name), row, pointerTo(column, name));
      }
    }
    if (field.type === 'array' && isJsonArray(part)) {
      const columnEnds = new Map<Pointer, number>();
      for (const [index, item] of part.entries()) {
        visit(field.items, item, pointerTo(pointer, index), { itemEnd: row?.itemEnd ?? 0, columnEnds }, '');
      }
    }
    if (field.type === 'verbatim' && typeof part === 'string') {
      spans[pointer] = findSpan(part, text, row, column);
    }
  };

  visit(output, value, '', undefined, '');
  return spans;
}

function findSpan(value: string, text: string, row: Row | undefined, column: Pointer): Span {
  const above = row?.columnEnds.get(column) ?? 0;
  const start = [Math.max(above, row?.itemEnd ?? 0), above, 0]
    .map((from) => text.indexOf(value, from))
    .find((found) => found !== -1);
  if (start === undefined) {
    throw new Error('a copied value does not stand in the text');
  }
  const end = start + value.length;
  if (row !== undefined) {
    row.itemEnd = end;
    row.columnEnds.set(column, end);
  }
  return { start, end };
}
