import { z } from 'zod';
import { type JsonObject, type Pointer, isJsonObject, pointerTo } from '../../schemas/json.ts';
import type { Task, TaskDefinition } from '../../schemas/task.ts';
import { schemaUnsupported } from './schema-unsupported.ts';

/**
 * The plain JSON form of a task that was defined with zod. `z.toJSONSchema` drops what JSON Schema cannot say
 * (refinements, `trim()`, coercion, …), so the zod tree is walked first and any of it is refused with
 * `SCHEMA_UNSUPPORTED` and the JSON Pointer of the place in the output schema.
 */
export function taskFromDefinition(definition: TaskDefinition): Task {
  const { output, examples, ...rest } = definition;
  checkZod(output, { pointer: '', ancestors: [] });
  const copies = examples?.map(({ text, answer }) => ({ text, answer: { ...answer } }));
  return { ...rest, ...(copies === undefined ? {} : { examples: copies }), output: { ...toJsonSchema(output) } };
}

function toJsonSchema(output: z.ZodObject): JsonObject {
  const json = tryToJsonSchema(output);
  if (!isJsonObject(json)) {
    throw schemaUnsupported('', `zod cannot write it as JSON Schema (${JSON.stringify(json)})`);
  }
  return json;
}

/** The JSON Schema, or the error of zod: metadata that is no JSON, two schemas with the same id. */
function tryToJsonSchema(output: z.ZodObject): unknown {
  try {
    return z.toJSONSchema(output, {
      override: ({ jsonSchema }) => {
        // zod spells the calendar out beside `format`, which says it already.
        if (jsonSchema.format === 'date') {
          delete jsonSchema.pattern;
        }
      },
    });
  } catch (error) {
    return String(error instanceof Error ? error.message : error);
  }
}

const MAX_DEPTH = 100;

type Place = { readonly pointer: Pointer; readonly ancestors: readonly z.core.$ZodType[] };

function checkZod(schema: z.core.$ZodType, place: Place): void {
  if (place.ancestors.includes(schema)) {
    throw schemaUnsupported(place.pointer, 'it is recursive, so answers would have no longest form');
  }
  // A getter may make a new schema each time, so that none comes twice.
  if (place.ancestors.length > MAX_DEPTH) {
    throw schemaUnsupported(place.pointer, `it is nested more than ${MAX_DEPTH} levels deep`);
  }
  checkChecks(schema, place.pointer);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- $ZodTypes is the union of zod's own types; a foreign `type` is refused.
  const { def } = (schema as z.core.$ZodTypes)._zod;
  checkType(def, place.pointer);
  for (const child of childrenOf(def, place.pointer)) {
    checkZod(child.schema, { pointer: child.pointer, ancestors: [...place.ancestors, schema] });
  }
}

type Def = z.core.$ZodTypes['_zod']['def'];

/** Types whose meaning arrives in the JSON Schema, where the compiler supports or refuses it. */
const carriedTypes: ReadonlySet<string> = new Set([
  'object',
  'array',
  'nullable',
  'union',
  'string',
  'number',
  'boolean',
  'literal',
  'enum',
  'null',
]);

function checkType(def: Def, pointer: Pointer): void {
  if (def.type === 'optional') {
    throw schemaUnsupported(pointer, 'it is optional; use `nullable()` for what may be absent');
  }
  if (def.type === 'pipe' || def.type === 'transform') {
    throw schemaUnsupported(pointer, 'a transformation is code, which a run cannot carry; remove it');
  }
  if (!carriedTypes.has(def.type)) {
    throw schemaUnsupported(pointer, `\`${def.type}\` of zod cannot be carried by JSON Schema`);
  }
  if ('coerce' in def && def.coerce) {
    throw schemaUnsupported(pointer, 'a coercion is code, which a run cannot carry; use the type itself');
  }
  if (def.type === 'literal' && def.values.some((value) => typeof value !== 'string' && value !== null)) {
    throw schemaUnsupported(pointer, 'only strings can be labels');
  }
}

/** Nullable and union keep the pointer: how they are written as JSON Schema is zod's choice. */
function childrenOf(def: Def, pointer: Pointer): { schema: z.core.$ZodType; pointer: Pointer }[] {
  if (def.type === 'object') {
    const parent = pointerTo(pointer, 'properties');
    return Object.entries(def.shape).map(([name, schema]) => ({ schema, pointer: pointerTo(parent, name) }));
  }
  if (def.type === 'array') {
    return [{ schema: def.element, pointer: pointerTo(pointer, 'items') }];
  }
  if (def.type === 'nullable') {
    return [{ schema: def.innerType, pointer }];
  }
  return def.type === 'union' ? def.options.map((schema) => ({ schema, pointer })) : [];
}

/** Checks whose meaning arrives in the JSON Schema, where the compiler supports or refuses them. */
const carriedChecks: ReadonlySet<string> = new Set([
  'min_length',
  'max_length',
  'length_equals',
  'less_than',
  'greater_than',
  'multiple_of',
  'number_format',
]);

function checkChecks(schema: z.core.$ZodType, pointer: Pointer): void {
  for (const { _zod } of schema._zod.def.checks ?? []) {
    checkOne(_zod.def, pointer);
  }
  // `z.int()`, `z.iso.date()` and `z.email()` are their own first check.
  if ('check' in schema._zod.def && typeof schema._zod.def.check === 'string') {
    checkOne({ ...schema._zod.def, check: schema._zod.def.check }, pointer);
  }
}

function checkOne(def: { readonly check: string; readonly format?: unknown }, pointer: Pointer): void {
  if (carriedChecks.has(def.check) || (def.check === 'string_format' && def.format === 'date')) {
    return;
  }
  throw schemaUnsupported(pointer, describeCheck(def));
}

function describeCheck(def: { readonly check: string; readonly format?: unknown }): string {
  switch (def.check) {
    case 'custom':
      return 'a refinement is code, which a run cannot carry; remove it and check the results instead';
    case 'overwrite':
      return 'it changes the value (`trim()`, `toLowerCase()`, …), which a run cannot carry';
    case 'string_format':
      return `the string format \`${String(def.format)}\` cannot be enforced; only \`z.iso.date()\` can`;
    default:
      return `the check \`${def.check}\` of zod cannot be enforced`;
  }
}
