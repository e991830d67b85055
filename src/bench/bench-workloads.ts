import type { JsonObject } from '../../schemas/json.ts';
import { compileTask } from '../task/compile-task.ts';
import type { CompiledTask } from '../task/field.ts';
import { type TextKind, writeText } from './write-text.ts';

/** What a model is timed with: a task, and documents that are made for its vocabulary. */
export type BenchWorkload = {
  readonly name: string;
  readonly task: CompiledTask;
  readonly kind: TextKind;
  readonly documents: number;
};

/** About a page of mail, or an invoice. */
const DOCUMENT_TOKENS = 200;

const copied = (maxLength: number): JsonObject => ({ type: 'string', maxLength, 'x-docmill': { verbatim: true } });

/** Labels, which are all reading, and fields, which are half choosing: between them lies what users ask. */
const outputs = {
  labels: {
    category: { enum: ['billing', 'account', 'technical', 'shipping', 'other'] },
    urgency: { enum: ['low', 'normal', 'high'] },
    sentiment: { enum: ['negative', 'neutral', 'positive'] },
  },
  fields: {
    vendor: copied(24),
    invoiceNumber: copied(12),
    issueDate: copied(12),
    total: copied(10),
    currency: { enum: ['EUR', 'USD', 'GBP', 'CHF', 'JPY', 'SEK'] },
    paid: { type: 'boolean' },
  },
} as const satisfies Record<string, Readonly<Record<string, JsonObject>>>;

/** The workloads that stand for all tasks. Many documents make slots and noise matter less. */
export function usualWorkloads(documents: number): readonly BenchWorkload[] {
  return [
    { name: 'labels', task: taskOf(outputs.labels), kind: 'mail', documents: Math.ceil(documents / 2) },
    { name: 'fields', task: taskOf(outputs.fields), kind: 'invoice', documents },
  ];
}

/** The one workload of a given task. */
export function workloadOf(task: CompiledTask, documents: number): BenchWorkload {
  return { name: task.task.name, task, kind: task.task.kind === 'classify' ? 'mail' : 'invoice', documents };
}

/** The documents of a workload, different ones, in the same sizes for every model. */
export function documentsOf(
  { kind, documents }: BenchWorkload,
  countTokens: (text: string) => number,
): readonly { readonly text: string }[] {
  return Array.from({ length: documents }, (_, index) => {
    const tokens = Math.round(DOCUMENT_TOKENS * (0.85 + (0.3 * ((index * 7) % 16)) / 15));
    return { text: writeText(kind, tokens, index + 1, countTokens) };
  });
}

function taskOf(properties: Readonly<Record<string, JsonObject>>): CompiledTask {
  return compileTask({
    name: 'bench',
    kind: 'extract',
    instructions: 'Read the document to its end, then answer with what it says and nothing else.',
    output: { type: 'object', properties, required: Object.keys(properties) },
  });
}
