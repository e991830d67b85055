import type { Span } from '../../schemas/answer.ts';
import { type Pointer, isJsonArray, pointerTo } from '../../schemas/json.ts';
import type { Field } from './field.ts';
import { fixedLeaves } from './fixed-leaves.ts';
import { leafFields } from './leaf-fields.ts';
import type { Part } from './merged.ts';

/** What several chunks say about one item of a list, in reading order. */
type Group = readonly Part[];

/**
 * The items that chunks found in a list, in reading order. Chunks overlap, so an item there is found twice, and one that a
 * chunk's border cuts is found whole or in parts by both. Items of neighbouring chunks are one item when some field of both
 * was copied from overlapping places and no field from different ones; a chunk's own items are never one.
 */
export function joinItems(items: Field, lists: readonly Part[]): Group[] {
  const places = placesWithin(items);
  const groups: Part[][] = [];
  let recent: Part[][] = [];
  for (const list of lists) {
    const found = itemsOf(list);
    const free = new Set(recent);
    const twins = found.map((item) => {
      const twin = free.values().find((group) => group.some((other) => isSameItem(item, other, places)));
      if (twin !== undefined) free.delete(twin);
      return twin;
    });
    recent = insert(groups, found, twins);
  }
  return groups;
}

/** The items of one part that is a list. */
export function itemsOf({ from, pointer, value }: Part): Part[] {
  return isJsonArray(value)
    ? value.map((item, index) => ({ from, pointer: pointerTo(pointer, index), value: item }))
    : [];
}

/** Puts items to their twins; one without is new, and comes before the twin of what follows it. */
function insert(groups: Part[][], items: readonly Part[], twins: readonly (Part[] | undefined)[]): Part[][] {
  const touched: Part[][] = [];
  let next = groups.length;
  for (const [index, item] of [...items.entries()].toReversed()) {
    const twin = twins[index];
    if (twin === undefined) {
      groups.splice(next, 0, [item]);
    } else {
      twin.push(item);
      next = Math.min(next, groups.indexOf(twin));
    }
    touched.push(twin ?? groups[next] ?? []);
  }
  return touched.toReversed();
}

/** Where the copies of an item are. */
type Places = {
  readonly fixed: readonly Pointer[];
  /** Whether some are in lists of the item. */
  readonly listed: boolean;
};

function placesWithin(items: Field): Places {
  const fixed = fixedLeaves(items);
  const copies = leafFields(items).filter(({ field }) => field.type === 'verbatim');
  return { fixed, listed: copies.some(({ pointer }) => !fixed.includes(pointer)) };
}

function isSameItem(one: Part, other: Part, { fixed, listed }: Places): boolean {
  const pairs = fixed.flatMap((field) => {
    const [left, right] = [one, other].map(({ from, pointer }) => from.spans[`${pointer}${field}`]);
    return left === undefined || right === undefined ? [] : [overlap(left, right)];
  });
  return pairs.length > 0 ? pairs.every(Boolean) : listed && sharesPlace(one, other);
}

/** For items whose copies are all in lists of their own, of which a cut one holds fewer. */
function sharesPlace(one: Part, other: Part): boolean {
  const places = new Set(placesOf(one));
  return placesOf(other).some((place) => places.has(place));
}

function placesOf({ from, pointer }: Part): string[] {
  const inside = Object.entries(from.spans).filter(([at]) => at.startsWith(`${pointer}/`));
  return inside.map(([, { start, end }]) => `${start}-${end}`);
}

/** Whether two places share a character. */
export function overlap(one: Span, other: Span): boolean {
  return one.start < other.end && other.start < one.end;
}
