import type { Span } from '../../../schemas/answer.ts';
import { type JsonValue, type Pointer, isJsonArray, isJsonObject, pointerTo } from '../../../schemas/json.ts';
import type { Field, VerbatimField } from '../../task/field.ts';
import { type CopyBorders, type CopyKind, findCopyBorders, toCopyKinds } from './copy-borders.ts';

type Row = {
  /** End of what was found last for the item itself. */
  itemEnd: number;
  /** Ends of what was found for each field of the item before, by the field's place within the item. */
  readonly columnEnds: Map<Pointer, number>;
};

/**
 * Where the verbatim values of an answer stand in the text. Within an array, a value gets its first occurrence behind the
 * same field of the item before and behind what was found for its own item, so that the rows of a table get the spans of
 * their rows; else its first occurrence that no field before has with the same value, if there is one. One that begins and
 * ends where the field's copies may (the `3` of a cell, not the one of `13 April`) comes before any other. A value that does
 * not stand in the text gets no span.
 */
export function locateSpans(output: Field, value: JsonValue, text: string): Record<Pointer, Span> {
  const spans: Record<Pointer, Span> = {};
  const find = createFinder(text);
  /** Ends of what was found outside of arrays, by value. */
  const ends = new Map<string, number>();

  /** The value's place, behind which the next one of its row, its column or its equals is looked for. */
  const locate = (copied: string, field: VerbatimField, row: Row | undefined, column: Pointer): Span | undefined => {
    const places = row === undefined ? [ends.get(copied) ?? 0, 0] : placesOf(row, column);
    const span = find(copied, toCopyKinds(field.normalize), places);
    if (span === undefined) return undefined;
    if (row === undefined) ends.set(copied, span.end);
    else passSpan(row, column, span);
    return span;
  };

  const visit = (field: Field, part: JsonValue, pointer: Pointer, row: Row | undefined, column: Pointer): void => {
    if (field.type === 'object' && isJsonObject(part)) {
      for (const { name, field: member } of field.properties) {
        visit(member, part[name] ?? null, pointerTo(pointer, name), row, pointerTo(column, name));
      }
    }
    if (field.type === 'array' && isJsonArray(part)) {
      const columnEnds = new Map<Pointer, number>();
      for (const [index, item] of part.entries()) {
        visit(field.items, item, pointerTo(pointer, index), beginRow(row, columnEnds), '');
      }
    }
    if (field.type === 'verbatim' && typeof part === 'string') {
      const span = locate(part, field, row, column);
      if (span !== undefined) spans[pointer] = span;
    }
  };

  visit(output, value, '', undefined, '');
  return spans;
}

function beginRow(around: Row | undefined, columnEnds: Row['columnEnds']): Row {
  return { itemEnd: around?.itemEnd ?? 0, columnEnds };
}

/** Where to look from, the best place first. */
function placesOf(row: Row, column: Pointer): number[] {
  const above = row.columnEnds.get(column) ?? 0;
  return [Math.max(above, row.itemEnd), above, 0];
}

function passSpan(row: Row, column: Pointer, { end }: Span): void {
  row.itemEnd = end;
  row.columnEnds.set(column, end);
}

type Finder = (value: string, kinds: readonly CopyKind[], places: readonly number[]) => Span | undefined;

/** Finds the first occurrence behind the first of the places that has one, cut by the first kind that allows one. */
function createFinder(text: string): Finder {
  const known = new Map<CopyKind, CopyBorders>();
  const bordersOf = (kind: CopyKind): CopyBorders => {
    const borders = known.get(kind) ?? findCopyBorders(text, kind);
    known.set(kind, borders);
    return borders;
  };
  const findBehind = (value: string, borders: CopyBorders, place: number): number => {
    let start = text.indexOf(value, place);
    while (start !== -1 && (borders[start] !== 1 || borders[start + value.length] !== 1)) {
      start = text.indexOf(value, start + 1);
    }
    return start;
  };
  return (value, kinds, places) => {
    for (const kind of kinds) {
      const borders = bordersOf(kind);
      const start = places.map((place) => findBehind(value, borders, place)).find((found) => found !== -1);
      if (start !== undefined) {
        return { start, end: start + value.length };
      }
    }
    return undefined;
  };
}
