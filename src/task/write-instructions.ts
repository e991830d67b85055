import { type JsonObject, type JsonValue, isJsonObject } from '../../schemas/json.ts';
import type { Task } from '../../schemas/task.ts';
import { compileOutput } from './compile-output.ts';
import type { Field, ObjectField } from './field.ts';

/**
 * Instructions for a task that has none: what to do, and every field with its type and its description. Throws
 * `SCHEMA_UNSUPPORTED` as compiling the task would.
 */
export function writeInstructions(kind: Task['kind'], output: JsonObject): string {
  const compiled = compileOutput(output);
  const verb = kind === 'classify' ? 'Classify the document' : 'Extract from the document';
  const absent = hasNullable(compiled) ? ' Write null for what the document does not say.' : '';
  return `${verb}: ${listMembers(compiled, output)}.${absent}`;
}

function listMembers(field: ObjectField, schema: JsonValue | undefined): string {
  const properties = isJsonObject(schema) ? schema['properties'] : undefined;
  return field.properties
    .map(({ name, field: member }) =>
      describeMember(name, member, isJsonObject(properties) ? properties[name] : undefined),
    )
    .join(', ');
}

function describeMember(name: string, field: Field, schema: JsonValue | undefined): string {
  const description = isJsonObject(schema) ? schema['description'] : undefined;
  const notes = [describeType(field, schema), typeof description === 'string' ? description : ''].filter(Boolean);
  return notes.length === 0 ? name : `${name} (${notes.join('; ')})`;
}

function describeType(field: Field, schema: JsonValue | undefined): string {
  switch (field.type) {
    case 'object':
      return `with ${listMembers(field, schema)}`;
    case 'array':
      return `list of ${describeItems(field.items, isJsonObject(schema) ? schema['items'] : undefined)}`;
    case 'label':
      return field.labels.join(', ').replace(/, ([^,]*)$/, ' or $1');
    case 'boolean':
      return 'true or false';
    case 'verbatim':
      return field.normalize ?? '';
    case 'string':
      return '';
    case 'integer':
    case 'number':
    case 'date':
      return field.type;
    default:
      return field satisfies never;
  }
}

function describeItems(items: Field, schema: JsonValue | undefined): string {
  return items.type === 'object' ? listMembers(items, schema) : describeType(items, schema) || 'texts';
}

function hasNullable(field: Field): boolean {
  if (field.type === 'object') {
    return field.nullable || field.properties.some(({ field: member }) => hasNullable(member));
  }
  return field.nullable || (field.type === 'array' && hasNullable(field.items));
}
