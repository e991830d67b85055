import {
  type JsonValue,
  type Pointer,
  isJsonArray,
  isJsonObject,
  pointerParts,
  pointerTo,
} from '../../schemas/json.ts';
import { type Place } from './schema-node.ts';
import { schemaUnsupported } from './schema-unsupported.ts';

// A chain of references longer than this is a mistake, and would only exhaust the stack.
const MAX_REFERENCES = 32;

/** The place that a `$ref` names, reached through it; throws on remote, dangling and recursive references. */
export function resolveReference(place: Place): Place {
  const pointer = pointerTo(place.pointer, '$ref');
  const target = readTarget(place.schema['$ref'], pointer);
  if (place.references.includes(target)) {
    throw schemaUnsupported(pointer, 'it is recursive, so answers would have no longest form');
  }
  if (place.references.length > MAX_REFERENCES) {
    throw schemaUnsupported(pointer, `more than ${MAX_REFERENCES} references lead to it`);
  }
  const schema = pointerParts(target).reduce<JsonValue | undefined>(member, place.root);
  if (!isJsonObject(schema)) {
    throw schemaUnsupported(pointer, `there is no schema at \`#${target}\``);
  }
  return { ...place, schema, pointer: target, references: [...place.references, target] };
}

function readTarget(reference: JsonValue | undefined, pointer: Pointer): Pointer {
  if (typeof reference !== 'string' || !/^#(\/|$)/.test(reference)) {
    throw schemaUnsupported(pointer, 'only references within the schema (`#/$defs/…`) can be followed');
  }
  try {
    return decodeURIComponent(reference.slice(1));
  } catch {
    throw schemaUnsupported(pointer, 'it is not a valid URI fragment');
  }
}

function member(value: JsonValue | undefined, key: string): JsonValue | undefined {
  if (isJsonArray(value)) {
    return /^\d+$/.test(key) ? value[Number(key)] : undefined;
  }
  // Own members only: `#/constructor` leads nowhere.
  return isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}
