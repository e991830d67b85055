import { type JsonValue, isJsonArray, isJsonObject, pointerTo } from '../../schemas/json.ts';
import type { ArrayField, Field, ObjectField } from './field.ts';
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
 *   the earlier one on ties; null, with the lowest confidence, when all are null;
 * - an object: member by member, over the chunks where it is not null;
 * - an array: all items in reading order, without those that an earlier chunk copied from the very same places, and as
 *   many as `maxItems` allows;
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
    return mergeArray(field, given);
  }
  const normal = given.filter(({ value }) => hasNormalForm(field, value, locale));
  return pickMostConfident(normal.length > 0 ? normal : given);
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

function mergeArray(field: ArrayField, parts: readonly Part[]): Merged {
  const items = field.unique ? unionLabels(field, parts) : concatenateItems(parts);
  if (items.length === 0) {
    return pickLeastConfident(parts);
  }
  const kept = items.slice(0, field.maxItems);
  return combine(
    kept.map(({ value }) => value),
    [...kept.entries()],
  );
}

/** Chunks overlap, so what stands in the overlap is found twice. */
function concatenateItems(parts: readonly Part[]): Merged[] {
  const taken = new Set<string>();
  const items: Merged[] = [];
  for (const part of parts) {
    const fresh = itemsOf(part)
      .map(pick)
      .filter((item) => !taken.has(placesOf(item)));
    for (const item of fresh.filter(({ spans }) => Object.keys(spans).length > 0)) {
      taken.add(placesOf(item));
    }
    items.push(...fresh);
  }
  return items;
}

function itemsOf({ from, pointer, value }: Part): Part[] {
  return isJsonArray(value)
    ? value.map((item, index) => ({ from, pointer: pointerTo(pointer, index), value: item }))
    : [];
}

function placesOf({ spans }: Merged): string {
  return JSON.stringify(Object.entries(spans).map(([pointer, { start, end }]) => [pointer, start, end]));
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
