import { type Pointer, isJsonArray, isJsonObject, pointerTo } from '../../schemas/json.ts';
import type { ArrayField, Field, ObjectField } from './field.ts';
import { describeLeaf, fitsLeaf, type Stage } from './leaf-rules.ts';

/** The first place where an answer breaks its schema. `problem` says what was expected and never quotes the answer. */
export type AnswerProblem = { readonly pointer: Pointer; readonly problem: string };

/** Checks an answer as the model writes it: a verbatim leaf is the copied text. Null when it satisfies the schema. */
export function validateAnswer(output: Field, value: unknown): AnswerProblem | null {
  return findProblem(output, value, { pointer: '', stage: 'copied' });
}

/** Checks an answer as result lines hold it: a verbatim leaf is the normalised value. Null when it is one. */
export function validateFinal(output: Field, value: unknown): AnswerProblem | null {
  return findProblem(output, value, { pointer: '', stage: 'final' });
}

type Place = { readonly pointer: Pointer; readonly stage: Stage };

function findProblem(field: Field, value: unknown, place: Place): AnswerProblem | null {
  if (value === null) {
    return field.nullable ? null : { pointer: place.pointer, problem: 'null is not allowed' };
  }
  if (field.type === 'object') {
    return findObjectProblem(field, value, place);
  }
  if (field.type === 'array') {
    return findArrayProblem(field, value, place);
  }
  return fitsLeaf(field, value, place.stage)
    ? null
    : { pointer: place.pointer, problem: `expected ${describeLeaf(field, place.stage)}` };
}

function findObjectProblem(field: ObjectField, value: unknown, place: Place): AnswerProblem | null {
  if (!isJsonObject(value)) {
    return { pointer: place.pointer, problem: 'expected an object' };
  }
  const names = new Set(field.properties.map(({ name }) => name));
  if (Object.keys(value).some((name) => !names.has(name))) {
    // Without its name, which the model may have taken from the document.
    return { pointer: place.pointer, problem: 'it has a property that the schema does not have' };
  }
  for (const property of field.properties) {
    const pointer = pointerTo(place.pointer, property.name);
    if (!Object.hasOwn(value, property.name)) {
      return { pointer, problem: 'the property is missing' };
    }
    const problem = findProblem(property.field, value[property.name], { ...place, pointer });
    if (problem !== null) {
      return problem;
    }
  }
  return null;
}

function findArrayProblem(field: ArrayField, value: unknown, place: Place): AnswerProblem | null {
  if (!isJsonArray(value) || value.length < field.minItems || value.length > field.maxItems) {
    const problem = `expected an array of ${field.minItems} to ${field.maxItems} items`;
    return { pointer: place.pointer, problem };
  }
  for (const [index, item] of value.entries()) {
    const pointer = pointerTo(place.pointer, index);
    const problem = findProblem(field.items, item, { ...place, pointer });
    if (problem !== null) {
      return problem;
    }
    if (field.unique && value.indexOf(item) !== index) {
      return { pointer, problem: 'the label stands in the array twice' };
    }
  }
  return null;
}
