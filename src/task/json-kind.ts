import type { JsonObject, JsonValue } from '../../schemas/json.ts';

/** Whether a value that came from JSON is an object. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a value that came from JSON is an array; `Array.isArray` alone does not narrow a readonly array. */
export function isJsonArray(value: unknown): value is readonly JsonValue[] {
  return Array.isArray(value);
}
