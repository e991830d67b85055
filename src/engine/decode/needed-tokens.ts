import type { ArrayField, Field } from '../../task/field.ts';
import { leafFields } from '../../task/leaf-fields.ts';

/** How many tokens a text has. */
type Count = (text: string) => number;

/**
 * About how many tokens must be left for an answer: those of the shortest one, counted piece by piece, and of the longest
 * label, because labels are scored whole.
 */
export function neededTokens(output: Field, count: Count): number {
  const labels = leafFields(output).flatMap(({ field }) => (field.type === 'label' ? field.labels : []));
  return labels.reduce((most, label) => Math.max(most, countJson(label, count)), 0) + shortest(output, count);
}

function shortest(field: Field, count: Count): number {
  const value = shortestValue(field, count);
  return field.nullable ? Math.min(value, count('null')) : value;
}

function shortestValue(field: Field, count: Count): number {
  switch (field.type) {
    case 'object':
      return field.properties.reduce(
        (sum, { name, field: member }) => sum + countJson(name, count) + count(':') + shortest(member, count) + 1,
        1,
      );
    case 'array':
      return 2 + shortestItems(field, count);
    case 'label':
      return field.labels.reduce((least, label) => Math.min(least, countJson(label, count)), Infinity);
    case 'string':
      return countJson('a'.repeat(field.minLength), count);
    case 'verbatim':
      return countJson('a', count);
    case 'date':
      return countJson('2000-01-01', count);
    case 'boolean':
    case 'integer':
    case 'number':
      return 1;
    default:
      return field satisfies never;
  }
}

function shortestItems(field: ArrayField, count: Count): number {
  const { items, minItems } = field;
  if (field.unique && items.type === 'label') {
    const sorted = items.labels.map((label) => countJson(label, count)).toSorted((one, other) => one - other);
    return sorted.slice(0, minItems).reduce((sum, tokens) => sum + tokens + 1, 0);
  }
  return minItems === 0 ? 0 : minItems * (shortest(items, count) + 1);
}

function countJson(text: string, count: Count): number {
  return count(JSON.stringify(text));
}
