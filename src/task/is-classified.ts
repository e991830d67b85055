import type { Field } from './field.ts';

/** Whether every value of a field gets a probability, so that a task of the kind `classify` may have it. */
export function isClassified(field: Field): boolean {
  return field.type === 'label' || field.type === 'boolean' || (field.type === 'array' && field.unique);
}
