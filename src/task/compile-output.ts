import {
  type JsonObject,
  type JsonValue,
  type Pointer,
  isJsonArray,
  isJsonObject,
  pointerTo,
} from '../../schemas/json.ts';
import { compileArray, compileLabels, compileNumber, compileString } from './compile-kinds.ts';
import type { Field, ObjectField } from './field.ts';
import { resolveReference } from './resolve-reference.ts';
import { type Place, readForm } from './schema-node.ts';
import { schemaUnsupported } from './schema-unsupported.ts';

const MAX_DEPTH = 10;
const MAX_FIELDS = 500;

// They would change an object's prototype instead of its members somewhere down the line.
const RESERVED_NAMES: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** The fields of an output schema; throws `SCHEMA_UNSUPPORTED` with the pointer of the first keyword it cannot enforce. */
export function compileOutput(schema: JsonObject): Field & ObjectField {
  const root: Place = { schema, pointer: '', root: schema, depth: 0, references: [''], count: { fields: 0 } };
  const field = compileField(root);
  if (field.type !== 'object' || field.nullable) {
    throw schemaUnsupported('', 'the output must be an object that is not nullable');
  }
  return field;
}

function compileField(place: Place): Field {
  const { form, nullable } = readForm(place);
  switch (form) {
    case 'reference':
      return compileField(resolveReference(place));
    case 'union':
      return compileUnion(place);
    case 'object':
      return { nullable, ...compileObject(countField(place)) };
    case 'array':
      return {
        nullable,
        ...compileArray(countField(place), compileField(below(place, place.schema['items'], 'items'))),
      };
    case 'labels':
      return compileLabels(countField(place), nullable);
    case 'string':
      return { nullable, ...compileString(countField(place)) };
    case 'integer':
    case 'number':
      return { nullable, ...compileNumber(countField(place), form) };
    case 'boolean':
      countField(place);
      return { nullable, type: 'boolean' };
    default:
      return form satisfies never;
  }
}

function countField(place: Place): Place {
  place.count.fields += 1;
  if (place.count.fields > MAX_FIELDS) {
    throw schemaUnsupported(place.pointer, `there are more than ${MAX_FIELDS} fields`);
  }
  if (place.depth > MAX_DEPTH) {
    throw schemaUnsupported(place.pointer, `fields are nested more than ${MAX_DEPTH} levels deep`);
  }
  return place;
}

function compileUnion(place: Place): Field {
  const keyword = Object.hasOwn(place.schema, 'anyOf') ? 'anyOf' : 'oneOf';
  const pointer = pointerTo(place.pointer, keyword);
  const branches = place.schema[keyword];
  if (keyword === 'anyOf' && Object.hasOwn(place.schema, 'oneOf')) {
    throw schemaUnsupported(pointerTo(place.pointer, 'oneOf'), '`anyOf` and `oneOf` stand side by side');
  }
  const index = isJsonArray(branches) ? branches.findIndex((branch) => !isNullSchema(branch)) : -1;
  if (!isJsonArray(branches) || branches.length !== 2 || index === -1 || !isNullSchema(branches[1 - index])) {
    throw schemaUnsupported(pointer, `\`${keyword}\` must hold one schema and \`{"type":"null"}\``);
  }
  const inside = pointerTo(pointer, index);
  return {
    ...compileField({ ...place, schema: asSchema(branches[index], inside), pointer: inside }),
    nullable: true,
  };
}

function isNullSchema(schema: JsonValue | undefined): boolean {
  return (
    isJsonObject(schema) && (schema['type'] === 'null' || schema['const'] === null) && Object.keys(schema).length === 1
  );
}

function compileObject(place: Place): ObjectField {
  const { schema, pointer } = place;
  const properties = schema['properties'];
  if (!isJsonObject(properties) || Object.keys(properties).length === 0) {
    throw schemaUnsupported(pointerTo(pointer, 'properties'), 'an object must have at least one property');
  }
  if ('additionalProperties' in schema && schema['additionalProperties'] !== false) {
    throw schemaUnsupported(
      pointerTo(pointer, 'additionalProperties'),
      '`additionalProperties` must be absent or false',
    );
  }
  checkRequired(schema['required'], Object.keys(properties), pointerTo(pointer, 'required'));
  const parent = { ...place, pointer: pointerTo(pointer, 'properties') };
  return {
    type: 'object',
    properties: Object.entries(properties).map(([name, property]) => {
      checkName(name, pointerTo(parent.pointer, name));
      return { name, field: compileField(below(parent, property, name)) };
    }),
  };
}

function checkRequired(required: JsonValue | undefined, names: readonly string[], pointer: Pointer): void {
  const listed = new Set(Array.isArray(required) ? required : []);
  const optional = names.find((name) => !listed.delete(name));
  if (optional !== undefined) {
    throw schemaUnsupported(pointer, `property \`${optional}\` is optional; list it as required and make it nullable`);
  }
  if (listed.size > 0) {
    throw schemaUnsupported(pointer, `it lists ${JSON.stringify([...listed][0])}, which is no property`);
  }
}

function checkName(name: string, pointer: Pointer): void {
  if (RESERVED_NAMES.has(name)) {
    throw schemaUnsupported(pointer, 'this name is reserved by JavaScript; choose another');
  }
  if (!name.isWellFormed()) {
    throw schemaUnsupported(pointer, 'the name is not well-formed Unicode');
  }
  // `JSON.parse` of Node 24 takes such a name for another one that it has read before; a test shows it.
  if (JSON.stringify(name) !== `"${name}"`) {
    throw schemaUnsupported(pointer, 'the name holds a quote, a backslash or a control character; choose another');
  }
}

function below(place: Place, schema: JsonValue | undefined, key: string): Place {
  const pointer = pointerTo(place.pointer, key);
  return { ...place, schema: asSchema(schema, pointer), pointer, depth: place.depth + 1 };
}

function asSchema(schema: JsonValue | undefined, pointer: Pointer): JsonObject {
  if (!isJsonObject(schema)) {
    throw schemaUnsupported(pointer, 'expected a schema object');
  }
  return schema;
}
