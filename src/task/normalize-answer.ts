import {
  type JsonObject,
  type JsonValue,
  type Pointer,
  isJsonArray,
  isJsonObject,
  pointerTo,
} from '../../schemas/json.ts';
import type { Flag } from '../../schemas/result.ts';
import type { Normalization } from '../../schemas/task.ts';
import type { Field, ObjectField } from './field.ts';
import { normalizeValue } from './normalize.ts';

export type NormalizedAnswer = {
  readonly answer: JsonObject;
  /** The copied text of every leaf that has a normalisation. */
  readonly copied: ReadonlyMap<Pointer, string>;
  readonly flags: readonly Flag[];
};

/** The first leaf that has no normal form and may not be null. */
export type Unnormalizable = { readonly unnormalizable: Pointer; readonly kind: Normalization };

/**
 * Replaces copied texts by what they say, where the schema wants that; members come in schema order. A text that says
 * nothing becomes null with the flag `unnormalized` where the field is nullable, else the answer is unnormalizable.
 */
export function normalizeAnswer(
  output: Field & ObjectField,
  value: JsonValue,
  locale: string | undefined,
): NormalizedAnswer | Unnormalizable {
  const notes: Notes = { locale, copied: new Map(), flags: new Set(), unnormalizable: [] };
  const answer = normalizeField(output, value, '', notes);
  const [unnormalizable] = notes.unnormalizable;
  if (!isJsonObject(answer)) {
    throw new Error('A valid answer is an object.');
  }
  return unnormalizable ?? { answer, copied: notes.copied, flags: [...notes.flags] };
}

/** What one pass over the answer collects. */
type Notes = {
  readonly locale: string | undefined;
  readonly copied: Map<Pointer, string>;
  readonly flags: Set<Flag>;
  readonly unnormalizable: Unnormalizable[];
};

function normalizeField(field: Field, value: JsonValue, pointer: Pointer, notes: Notes): JsonValue {
  if (field.type === 'object' && isJsonObject(value)) {
    const normalize = ({ name, field: member }: ObjectField['properties'][number]) =>
      normalizeField(member, value[name] ?? null, pointerTo(pointer, name), notes);
    return Object.fromEntries(field.properties.map((property) => [property.name, normalize(property)]));
  }
  if (field.type === 'array' && isJsonArray(value)) {
    return value.map((item, index) => normalizeField(field.items, item, pointerTo(pointer, index), notes));
  }
  if (field.type !== 'verbatim' || field.normalize === undefined || typeof value !== 'string') {
    return value;
  }
  notes.copied.set(pointer, value);
  const normal = normalizeValue(field.normalize, value, notes.locale);
  if (normal === null && field.nullable) {
    notes.flags.add('unnormalized');
  } else if (normal === null) {
    notes.unnormalizable.push({ unnormalizable: pointer, kind: field.normalize });
  }
  return normal;
}
