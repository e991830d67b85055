import type { JsonObject } from '../../schemas/json.ts';
import { compileTask } from '../../src/task/compile-task.ts';
import type { CompiledTask } from '../../src/task/field.ts';

const LABELS = ['billing', 'account', 'technical', 'shipping', 'refund', 'sales', 'security', 'other'];
const INTENTS = ['card', 'transfer', 'top-up', 'account', 'fee', 'exchange', 'PIN', 'refund', 'limit', 'app', 'loan'];
const EVENTS = ['lost', 'late', 'failed', 'wrong', 'declined', 'pending', 'unknown'];

/** What somebody would write for a model that was not trained on the task: about 150 tokens with the turn around it. */
const LONG_INSTRUCTIONS =
  'You read one document that a customer or a supplier sent to us. Read it to its end before you answer, because what matters is often in the last sentence. Answer with one JSON object and nothing else: no introduction, no explanation, no code fence. Use exactly the member names of the schema, in its order. Where several values are possible, take the one that the sender cares about most. Take names, numbers, dates and amounts as they stand in the document, character by character, and never translate, complete or correct them. What the document does not say is null. Do not guess, and do not use anything that you know from elsewhere.';
/** What is enough after fine-tuning. */
export const SHORT_INSTRUCTIONS = 'Read the document and answer.';

const labels = (values: readonly string[]): JsonObject => ({ enum: [...values] });
const copied = (maxLength: number): JsonObject => ({
  type: 'string',
  maxLength,
  'x-docmill': { verbatim: true },
});
/** Digits cannot be cut short, so that even random weights write answers of the length that real ones have. */
const invoiceFields = {
  vendor: copied(40),
  invoiceNumber: copied(24),
  issueDate: { type: 'string', format: 'date' },
  totalInCents: { type: 'integer', minimum: 1_000_000_000, maximum: 9_999_999_999 },
  currency: labels(['EUR', 'USD', 'GBP', 'CHF', 'JPY', 'SEK']),
  paid: { type: 'boolean' },
};
const items = (maxItems: number): JsonObject => ({
  type: 'array',
  minItems: maxItems,
  maxItems,
  items: object({
    description: copied(24),
    quantity: { type: 'integer', minimum: 0, maximum: 99 },
    amount: copied(10),
  }),
});

/** The output schemas that are measured. */
const outputs = {
  'label-of-8': object({ category: labels(LABELS) }),
  'label-of-77': object({ intent: labels(INTENTS.flatMap((noun) => EVENTS.map((event) => `${noun} ${event}`))) }),
  'three-labels': object({
    category: labels(LABELS),
    urgency: labels(['low', 'normal', 'high']),
    sentiment: labels(['negative', 'neutral', 'positive']),
  }),
  'six-fields': object(invoiceFields),
  'ten-fields-and-items': object({
    ...invoiceFields,
    dueDate: { type: 'string', format: 'date' },
    customer: copied(24),
    orderNumber: copied(12),
    kind: labels(['invoice', 'credit note', 'reminder']),
    lineItems: items(6),
  }),
} as const;
export type OutputName = keyof typeof outputs;

/** A task of the benchmark. */
export function benchTask(output: OutputName, instructions = LONG_INSTRUCTIONS): CompiledTask {
  return compileTask({ name: 'bench', kind: 'extract', instructions, output: outputs[output] });
}

function object(properties: Readonly<Record<string, JsonObject>>): JsonObject {
  return { type: 'object', properties, required: Object.keys(properties) };
}
