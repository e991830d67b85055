import type { JsonObject } from '../../schemas/json.ts';
import type { CompiledTask } from '../../src/task/field.ts';
import { benchTask, type OutputName, SHORT_INSTRUCTIONS } from './tasks.ts';
import { type TextKind, writeText } from '../../src/bench/write-text.ts';

/** Documents and what is asked about them; `gold` where it is known. */
export type Workload = {
  readonly name: string;
  readonly says: string;
  readonly task: CompiledTask;
  readonly documents: readonly WorkloadDocument[];
};

export type WorkloadDocument = { readonly text: string; readonly gold?: JsonObject };

type Plan = {
  readonly says: string;
  readonly output: OutputName;
  readonly kind: TextKind;
  readonly tokens: number;
  readonly documents: number;
  readonly instructions?: string;
};

/** Numbers of documents are multiples of 16, so that 16 slots are never left half empty. */
const plans = {
  'short-8': { says: '30 tokens, 1 label of 8', output: 'label-of-8', kind: 'mail', tokens: 30, documents: 64 },
  'short-77': { says: '30 tokens, 1 label of 77', output: 'label-of-77', kind: 'mail', tokens: 30, documents: 64 },
  W1: { says: '200 tokens, 1 label of 8', output: 'label-of-8', kind: 'mail', tokens: 200, documents: 32 },
  W2: { says: '200 tokens, 3 labels', output: 'three-labels', kind: 'mail', tokens: 200, documents: 32 },
  W3: { says: '200 tokens, 6 fields', output: 'six-fields', kind: 'invoice', tokens: 200, documents: 32 },
  long: {
    says: '1,500 tokens, 10 fields and 6 line items',
    output: 'ten-fields-and-items',
    kind: 'invoice',
    tokens: 1500,
    documents: 16,
  },
  'W1-short-prompt': {
    says: '200 tokens, 1 label of 8, instructions of a dozen tokens',
    output: 'label-of-8',
    kind: 'mail',
    tokens: 200,
    documents: 32,
    instructions: SHORT_INSTRUCTIONS,
  },
} as const satisfies Record<string, Plan>;
export type WorkloadName = keyof typeof plans;

/** A workload with made-up documents, whose sizes in tokens vary by 15 % around what its name says. */
export function makeWorkload(
  name: WorkloadName,
  countTokens: (text: string) => number,
  documents = Number.POSITIVE_INFINITY,
): Workload {
  const plan: Plan = plans[name];
  const texts = Array.from({ length: Math.min(documents, plan.documents) }, (_, index) => {
    const tokens = Math.round(plan.tokens * (0.85 + (0.3 * ((index * 7) % 16)) / 15));
    return { text: writeText(plan.kind, tokens, index + 1, countTokens) };
  });
  return { name, says: plan.says, task: benchTask(plan.output, plan.instructions), documents: texts };
}
