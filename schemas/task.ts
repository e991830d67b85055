import { z } from 'zod';
import { type JsonObject, jsonValueSchema } from './json.ts';

export type Normalization = 'date' | 'number' | 'currency';

/** A JSON Schema object as it stands in a task; `docs/tasks.md` says which keywords are understood. */
export const outputSchema = z.record(z.string(), jsonValueSchema);

/** What to do with a document that is longer than the model's context or `maxDocumentTokens`. */
export const overlongSchema = z.enum(['split', 'head-tail', 'fail']);
export type Overlong = z.infer<typeof overlongSchema>;

/** A task in full, as `run.json` carries it: plain JSON, no code. */
export const taskSchema = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9-]{0,63}$/),
  kind: z.enum(['classify', 'extract']),
  instructions: z.string().min(1).max(20_000),
  output: outputSchema,
  examples: z
    .array(z.strictObject({ text: z.string(), answer: z.record(z.string(), jsonValueSchema) }))
    .max(50)
    .optional(),
  /** BCP 47 tag: how dates and numbers of the documents are to be read where they are ambiguous. */
  locale: z.string().optional(),
  maxDocumentTokens: z.int().min(16).optional(),
  overlong: overlongSchema.optional(),
});
export type Task = z.infer<typeof taskSchema>;

/** What a user gives to `defineTask`: a task whose output is a zod object. */
export type TaskDefinition = Omit<Task, 'output' | 'examples'> & {
  readonly output: z.ZodObject;
  readonly examples?: readonly { readonly text: string; readonly answer: JsonObject }[];
};

/** Declares a task in a TypeScript file (`export default defineTask({ … })`); types only, nothing is compiled here. */
export function defineTask(definition: TaskDefinition): TaskDefinition {
  return definition;
}

const docmill = (meta: { verbatim: true; normalize?: Normalization }): { 'x-docmill': typeof meta } => ({
  'x-docmill': meta,
});

/** A string copied from the document character by character, so it has a span and cannot be invented. */
export const verbatim = () => z.string().meta(docmill({ verbatim: true }));

/** A date copied from the document and then normalised to `YYYY-MM-DD`. */
export const verbatimDate = () => z.string().meta(docmill({ verbatim: true, normalize: 'date' }));

/** A number copied from the document and then normalised to a JSON number. */
export const verbatimNumber = () => z.number().meta(docmill({ verbatim: true, normalize: 'number' }));

/** A currency sign, code or word copied from the document and then normalised to its ISO 4217 code. */
export const verbatimCurrency = () => z.string().meta(docmill({ verbatim: true, normalize: 'currency' }));
