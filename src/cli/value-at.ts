import { type JsonValue, type Pointer, isJsonArray, isJsonObject, pointerParts } from '../../schemas/json.ts';

/** The value that a pointer leads to; undefined where there is none. */
export function valueAt(root: JsonValue, pointer: Pointer): JsonValue | undefined {
  return pointerParts(pointer).reduce<JsonValue | undefined>((value, part) => {
    if (isJsonArray(value)) return value[Number(part)];
    return isJsonObject(value) && Object.hasOwn(value, part) ? value[part] : undefined;
  }, root);
}
