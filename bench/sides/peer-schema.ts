import type { JsonObject } from '../../schemas/json.ts';
import type { Field } from '../../src/task/field.ts';

/** A field as JSON Schema that other programs understand; what is copied from the document is a plain string. */
export function toPeerSchema(field: Field): JsonObject {
  return field.nullable ? { anyOf: [toSchema(field), { type: 'null' }] } : toSchema(field);
}

function toSchema(field: Field): JsonObject {
  switch (field.type) {
    case 'object':
      return {
        type: 'object',
        properties: Object.fromEntries(field.properties.map(({ name, field: member }) => [name, toPeerSchema(member)])),
        required: field.properties.map(({ name }) => name),
        additionalProperties: false,
      };
    case 'array':
      return { type: 'array', items: toPeerSchema(field.items), minItems: field.minItems, maxItems: field.maxItems };
    case 'label':
      return { enum: [...field.labels] };
    case 'boolean':
      return { type: 'boolean' };
    case 'integer':
      return { type: 'integer', minimum: field.minimum, maximum: field.maximum };
    case 'number':
      return { type: 'number' };
    case 'date':
      return { type: 'string', format: 'date' };
    case 'string':
    case 'verbatim':
      return { type: 'string', maxLength: field.maxLength };
    default:
      return field satisfies never;
  }
}
