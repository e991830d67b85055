import fc from 'fast-check';
import type { JsonObject, JsonValue } from '../../../schemas/json.ts';
import type { Field, ObjectField } from '../../../src/task/field.ts';

/** A schema as a user writes it, and the field that it means. */
type SchemaCase = { readonly schema: JsonObject; readonly field: Field };

const label = fc.oneof(
  fc.constantFrom('billing', 'null', 'true', 'constructor', '', '"', 'ü', '東京'),
  fc.string({ maxLength: 5 }).filter((text) => text !== '__proto__' && text !== '\\'),
);
const labels = fc.uniqueArray(label, { minLength: 1, maxLength: 6 });
const maxLength = fc.integer({ min: 1, max: 20 });

const leaf: fc.Arbitrary<SchemaCase> = fc.oneof(
  labels.map((all): SchemaCase => ({
    schema: { enum: all, type: 'string' },
    field: { nullable: false, type: 'label', labels: all },
  })),
  fc.constant<SchemaCase>({ schema: { type: 'boolean' }, field: { nullable: false, type: 'boolean' } }),
  fc.constant<SchemaCase>({ schema: { type: 'string', format: 'date' }, field: { nullable: false, type: 'date' } }),
  pair(fc.integer()).map(([minimum, maximum]): SchemaCase => {
    return {
      schema: { type: 'integer', minimum, maximum },
      field: { nullable: false, type: 'integer', minimum, maximum },
    };
  }),
  pair(fc.double({ noNaN: true, min: -1e15, max: 1e15 })).map(([minimum, maximum]): SchemaCase => {
    return {
      schema: { type: 'number', minimum, maximum },
      field: { nullable: false, type: 'number', minimum, maximum },
    };
  }),
  pair(maxLength).map(([minLength, most]): SchemaCase => {
    return {
      schema: { type: 'string', minLength, maxLength: most },
      field: { nullable: false, type: 'string', minLength, maxLength: most },
    };
  }),
  maxLength.map((most): SchemaCase => {
    return {
      schema: { type: 'string', maxLength: most, 'x-docmill': { verbatim: true } },
      field: { nullable: false, type: 'verbatim', maxLength: most },
    };
  }),
  fc.constantFrom('date' as const, 'currency' as const).map((normalize): SchemaCase => {
    return {
      schema: { type: 'string', 'x-docmill': { verbatim: true, normalize } },
      field: { nullable: false, type: 'verbatim', maxLength: 256, normalize },
    };
  }),
  fc.constant<SchemaCase>({
    schema: { type: 'number', 'x-docmill': { verbatim: true, normalize: 'number' } },
    field: { nullable: false, type: 'verbatim', maxLength: 64, normalize: 'number' },
  }),
  labels.map((all): SchemaCase => {
    return {
      schema: { type: 'array', uniqueItems: true, items: { enum: all } },
      field: {
        nullable: false,
        type: 'array',
        items: { nullable: false, type: 'label', labels: all },
        minItems: 0,
        maxItems: all.length,
        unique: true,
      },
    };
  }),
);

const { node } = fc.letrec<{ node: SchemaCase }>((tie) => ({
  node: fc
    .oneof({ maxDepth: 3, withCrossShrink: true }, leaf, object(tie('node')), list(tie('node')))
    .chain((member) => fc.boolean().map((nullable) => (nullable ? toNullable(member) : member))),
}));

/** Output schemas of every kind, with their fields. */
export const outputArbitrary: fc.Arbitrary<{ schema: JsonObject; field: Field & ObjectField }> = object(node).filter(
  (output): output is { schema: JsonObject; field: Field & ObjectField } => output.field.type === 'object',
);

function object(member: fc.Arbitrary<SchemaCase>): fc.Arbitrary<SchemaCase> {
  const name = fc
    .oneof(fc.constantFrom('total', 'a/b', '~', '', '東', '0', 'toString'), fc.string({ maxLength: 4 }))
    .filter(
      (text) => !['__proto__', 'constructor', 'prototype'].includes(text) && JSON.stringify(text) === `"${text}"`,
    );
  return fc
    .uniqueArray(fc.tuple(name, member), { minLength: 1, maxLength: 4, selector: ([key]) => key })
    .map((members) => {
      const schemas: JsonObject = Object.fromEntries(members.map(([key, { schema }]) => [key, schema]));
      const fields = new Map(members.map(([key, { field }]) => [key, field]));
      // The schema decides the order: JavaScript moves names like `0` to the front.
      const properties = Object.keys(schemas).flatMap((key) => {
        const field = fields.get(key);
        return field === undefined ? [] : [{ name: key, field }];
      });
      return {
        schema: { type: 'object', properties: schemas, required: Object.keys(schemas), additionalProperties: false },
        field: { nullable: false, type: 'object', properties },
      };
    });
}

function list(member: fc.Arbitrary<SchemaCase>): fc.Arbitrary<SchemaCase> {
  return fc.tuple(member, pair(fc.integer({ min: 0, max: 3 }))).map(([items, [minItems, most]]) => {
    const maxItems = Math.max(1, most);
    return {
      schema: { type: 'array', items: items.schema, minItems, maxItems },
      field: { nullable: false, type: 'array', items: items.field, minItems, maxItems, unique: false },
    };
  });
}

function toNullable({ schema, field }: SchemaCase): SchemaCase {
  return { schema: { anyOf: [schema, { type: 'null' }] }, field: { ...field, nullable: true } };
}

/** Answers that a field allows, as the model writes them. */
export function answerArbitrary(field: Field): fc.Arbitrary<JsonValue> {
  const value = valueArbitrary(field);
  return field.nullable ? fc.oneof({ weight: 4, arbitrary: value }, fc.constant(null)) : value;
}

function valueArbitrary(field: Field): fc.Arbitrary<JsonValue> {
  switch (field.type) {
    case 'object':
      return fc
        .tuple(...field.properties.map(({ field: member }) => answerArbitrary(member)))
        .map((values) => Object.fromEntries(field.properties.map(({ name }, index) => [name, values[index] ?? null])));
    case 'array':
      return field.unique && field.items.type === 'label'
        ? fc.subarray([...field.items.labels], { minLength: field.minItems, maxLength: field.maxItems })
        : fc.array(answerArbitrary(field.items), { minLength: field.minItems, maxLength: field.maxItems });
    case 'label':
      return fc.constantFrom(...field.labels);
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return fc.integer({ min: field.minimum, max: field.maximum });
    case 'number':
      return fc.double({ min: field.minimum, max: field.maximum, noNaN: true });
    case 'date':
      return fc
        .date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) })
        .map((date) => date.toISOString().slice(0, 10));
    case 'string':
      return fc.string({ unit: 'binary', minLength: field.minLength, maxLength: field.maxLength });
    case 'verbatim':
      return fc
        .string({ unit: 'binary', minLength: 1, maxLength: Math.min(20, field.maxLength) })
        .map((text) => text.replaceAll(/[\r\n]/g, ' ').trim() || 'x');
    default:
      return field satisfies never;
  }
}

function pair(bound: fc.Arbitrary<number>): fc.Arbitrary<[number, number]> {
  return fc.tuple(bound, bound).map(([left, right]) => [Math.min(left, right), Math.max(left, right)]);
}
