import { pointerTo } from '../../schemas/json.ts';
import type { CompiledTask, Field } from './field.ts';
import { describeLeaf } from './leaf-rules.ts';
import { worstCaseBytes } from './worst-case.ts';

/** A task for people and for `--json`. */
export type TaskDescription = {
  readonly name: string;
  readonly kind: 'classify' | 'extract';
  readonly sha256: string;
  /** Every field in schema order; in a pointer `*` stands for any item of an array. */
  readonly fields: readonly { readonly pointer: string; readonly type: string; readonly nullable: boolean }[];
  /** The most UTF-8 bytes, and so the most tokens, that an answer can have. */
  readonly worstCaseBytes: number;
};

/** What a task asks for: its fields with their types and bounds, and the longest possible answer. */
export function describeTask({ task, sha256, output }: CompiledTask): TaskDescription {
  return {
    name: task.name,
    kind: task.kind,
    sha256,
    fields: describeFields(output, ''),
    worstCaseBytes: worstCaseBytes(output),
  };
}

function describeFields(field: Field, pointer: string): TaskDescription['fields'] {
  const own = { pointer, type: describeType(field), nullable: field.nullable };
  switch (field.type) {
    case 'object': {
      const members = field.properties.flatMap(({ name, field: member }) =>
        describeFields(member, pointerTo(pointer, name)),
      );
      return pointer === '' ? members : [own, ...members];
    }
    case 'array':
      return field.unique ? [own] : [own, ...describeFields(field.items, pointerTo(pointer, '*'))];
    case 'label':
    case 'boolean':
    case 'integer':
    case 'number':
    case 'date':
    case 'string':
    case 'verbatim':
      return [own];
    default:
      return field satisfies never;
  }
}

function describeType(field: Field): string {
  switch (field.type) {
    case 'object':
      return 'an object';
    case 'array':
      return `${field.minItems} to ${field.maxItems} ${field.unique ? describeUnique(field.items) : 'items'}`;
    case 'label':
      return `one of ${field.labels.map((label) => JSON.stringify(label)).join(', ')}`;
    case 'verbatim':
      return `${field.normalize ?? 'text'} copied from the document, up to ${field.maxLength} characters`;
    case 'boolean':
    case 'integer':
    case 'number':
    case 'date':
    case 'string':
      return describeLeaf(field, 'final');
    default:
      return field satisfies never;
  }
}

function describeUnique(items: Field): string {
  return items.type === 'label' ? `of ${items.labels.map((label) => JSON.stringify(label)).join(', ')}` : 'items';
}
