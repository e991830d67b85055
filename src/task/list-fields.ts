import type { Field, ObjectField } from './field.ts';

/**
 * The fields of an output on one line, each with its type in parentheses: `vendor (text), items[] {amount (number)}`.
 * So a name that was meant to be two words (`invoice number`) shows what it became.
 */
export function listFields(output: ObjectField): string {
  return output.properties.map(({ name, field }) => listField(name, field)).join(', ');
}

function listField(name: string, field: Field): string {
  if (field.type === 'array') {
    return listField(`${name}[]`, field.items);
  }
  return field.type === 'object' ? `${name} {${listFields(field)}}` : `${name} (${typeName(field)})`;
}

function typeName(field: Exclude<Field, { type: 'object' | 'array' }>): string {
  switch (field.type) {
    case 'label':
      return field.labels.join('|');
    case 'verbatim':
      return field.normalize ?? 'text';
    case 'string':
      return 'free';
    case 'integer':
      return 'int';
    case 'boolean':
      return 'bool';
    case 'number':
    case 'date':
      return field.type;
    default:
      return field satisfies never;
  }
}
