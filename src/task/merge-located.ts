import { type JsonValue, isJsonObject, pointerTo } from '../../schemas/json.ts';
import type { ArrayField, Field, ObjectField } from './field.ts';
import { itemsOf, joinItems, overlap } from './join-items.ts';
import type { LocatedAnswer } from './locate-answer.ts';
import {
  combine,
  confidenceOf,
  type Merged,
  type Part,
  pick,
  pickLeastConfident,
  pickMostConfident,
} from './merged.ts';
import { normalizeValue } from './normalize.ts';
import { poolLabels } from './pool-labels.ts';

/**
 * One answer from the answers about the chunks of a document, in reading order:
 * - a label or boolean: the most probable one, null among them where it may be, when the chunks' log-probabilities are
 *   averaged, weighted by chunk length;
 * - any other single value: of those that are not null, and that have a normal form if any has, the most confident one,
 *   the earlier one on ties; a copy that a chunk's border cuts gives way to one that goes on beyond it; null, with the lowest
 *   confidence, when all are null;
 * - an object: member by member, over the chunks where it is not null;
 * - an array: all items in reading order, those that two chunks found in the overlap merged into one, and as many as
 *   `maxItems` allows;
 * - a multi-label array: every label that a chunk gave, with its highest confidence, in schema order; where those are
 *   more than `maxItems`, the most confident ones.
 */
export function mergeLocated(output: Field, answers: readonly LocatedAnswer[], locale: string | undefined): Merged {
  const parts = answers.map((from) => ({ from, pointer: '', value: from.value }));
  const [only] = parts;
  return only !== undefined && parts.length === 1 ? pick(only) : mergeField(output, parts, locale);
}

function mergeField(field: Field, parts: readonly Part[], locale: string | undefined): Merged {
  if (field.type === 'label' || field.type === 'boolean') {
    return poolLabels(field, parts);
  }
  const given = parts.filter(({ value }) => value !== null);
  if (given.length === 0) {
    return pickLeastConfident(parts);
  }
  if (field.type === 'object') {
    return mergeMembers(field, given, locale);
  }
  if (field.type === 'array') {
    return mergeArray(field, given, locale);
  }
  const normal = given.filter(({ value }) => hasNormalForm(field, value, locale));
  const usable = normal.length > 0 ? normal : given;
  const whole = usable.filter((part) => !isCutShort(part, usable));
  return pickMostConfident(whole.length > 0 ? whole : usable);
}

/** Whether a copy ends at a border of its chunk and another chunk's copy goes on beyond it. */
function isCutShort({ from, pointer }: Part, others: readonly Part[]): boolean {
  const span = from.spans[pointer];
  if (span === undefined) return false;
  const [touchesStart, touchesEnd] = [span.start === from.chunk.start, span.end === from.chunk.end];
  return others.some((other) => {
    const longer = other.from.spans[other.pointer];
    if (longer === undefined || !overlap(span, longer)) return false;
    return (touchesStart && longer.start < span.start) || (touchesEnd && longer.end > span.end);
  });
}

function hasNormalForm(field: Field, value: JsonValue, locale: string | undefined): boolean {
  if (field.type !== 'verbatim' || field.normalize === undefined || typeof value !== 'string') {
    return true;
  }
  return normalizeValue(field.normalize, value, locale) !== null;
}

function mergeMembers(field: ObjectField, parts: readonly Part[], locale: string | undefined): Merged {
  const members = field.properties.map(({ name, field: member }) => {
    return [
      name,
      mergeField(
        member,
        parts.map((part) => memberOf(part, name)),
        locale,
      ),
    ] as const;
  });
  return combine(Object.fromEntries(members.map(([name, merged]) => [name, merged.value])), members);
}

function memberOf({ from, pointer, value }: Part, name: string): Part {
  return { from, pointer: pointerTo(pointer, name), value: isJsonObject(value) ? (value[name] ?? null) : null };
}

function mergeArray(field: ArrayField, parts: readonly Part[], locale: string | undefined): Merged {
  const items = field.unique
    ? unionLabels(field, parts)
    : joinItems(field.items, parts).map((group) => mergeItem(field.items, group, locale));
  if (items.length === 0) {
    return pickLeastConfident(parts);
  }
  const kept = items.slice(0, field.maxItems);
  return combine(
    kept.map(({ value }) => value),
    [...kept.entries()],
  );
}

function mergeItem(field: Field, group: readonly Part[], locale: string | undefined): Merged {
  const [only] = group;
  return only !== undefined && group.length === 1 ? pick(only) : mergeField(field, group, locale);
}

function unionLabels(field: ArrayField, parts: readonly Part[]): Merged[] {
  const byLabel = Map.groupBy(parts.flatMap(itemsOf), ({ value }) => value);
  const order = field.items.type === 'label' ? field.items.labels : [];
  const best = order.flatMap((label) => {
    const given = byLabel.get(label);
    return given === undefined
      ? []
      : [given.reduce((best, part) => (confidenceOf(part) > confidenceOf(best) ? part : best))];
  });
  const kept = new Set(
    best.toSorted((left, right) => confidenceOf(right) - confidenceOf(left)).slice(0, field.maxItems),
  );
  return best.filter((part) => kept.has(part)).map(pick);
}
