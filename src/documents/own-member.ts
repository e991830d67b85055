import { type JsonObject, type JsonValue, pointerParts, pointerTo, valueAt } from '../../schemas/json.ts';

/** The member `name` of a parsed object, never an inherited one. */
export function ownMember(members: JsonObject, name: string): JsonValue | undefined {
  return Object.hasOwn(members, name) ? members[name] : undefined;
}

/** The value that a user means by the name of a member, or by a JSON Pointer, which begins with `/`. */
export function memberAt(members: JsonObject, nameOrPointer: string): JsonValue | undefined {
  return valueAt(members, toPointer(nameOrPointer));
}

/** The pointer to the object or array that holds a member, and the member's name in it. */
export function splitMember(nameOrPointer: string): { readonly holder: string; readonly name: string } {
  const parts = pointerParts(toPointer(nameOrPointer));
  return { holder: parts.slice(0, -1).reduce(pointerTo, ''), name: parts.at(-1) ?? '' };
}

function toPointer(nameOrPointer: string): string {
  return nameOrPointer.startsWith('/') ? nameOrPointer : pointerTo('', nameOrPointer);
}
