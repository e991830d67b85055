import { z } from 'zod';

/** Any JSON value. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue };

export const jsonValueSchema: z.ZodType<JsonValue> = z.json();

export type JsonObject = { readonly [name: string]: JsonValue };

/** Whether a value that came from JSON is an object. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a value that came from JSON is an array; `Array.isArray` alone does not narrow a readonly array. */
export function isJsonArray(value: unknown): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** A JSON Pointer (RFC 6901): `""` is the whole value, `/lineItems/0/amount` a leaf. */
export type Pointer = string;

/** The pointer to member `key` of the value at `parent`. */
export function pointerTo(parent: Pointer, key: string | number): Pointer {
  return `${parent}/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/** The member names that a pointer goes through. */
export function pointerParts(pointer: Pointer): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** The value that a pointer leads to; undefined where there is none. */
export function valueAt(root: JsonValue, pointer: Pointer): JsonValue | undefined {
  return pointerParts(pointer).reduce<JsonValue | undefined>((value, part) => {
    if (isJsonArray(value)) return value[Number(part)];
    return isJsonObject(value) && Object.hasOwn(value, part) ? value[part] : undefined;
  }, root);
}

/** `JSON.parse` that gives undefined for what is no JSON, so that a schema refuses it. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
