import { z } from 'zod';
import { documentIdSchema } from './ids.ts';
import { jsonValueSchema } from './json.ts';

const pointerSchema = z.string().regex(/^(\/([^~/]|~[01])*)*$/);

/** Probability, rounded to 4 digits. */
const probabilitySchema = z.number().min(0).max(1);

/**
 * Where a verbatim value stands in the document's decoded text: UTF-16 code units, `end` exclusive. `text` holds the
 * verbatim value where the answer was normalised, `page` the page where the format has pages.
 */
const resultSpanSchema = z.strictObject({
  start: z.int().min(0),
  end: z.int().min(0),
  text: z.string().optional(),
  page: z.int().min(1).optional(),
});
export type ResultSpan = z.infer<typeof resultSpanSchema>;

/** What a reader should know about how the answer came about. */
export const flagSchema = z.enum([
  /** Bytes that are no valid text in the detected encoding were replaced by U+FFFD. */
  'lossy',
  /** The text is in no UTF; its code page was guessed from the letters, and may be another one. */
  'guessed-encoding',
  /** The document was longer than the model's context and answered in several chunks. */
  'split',
  /** Only the beginning and the end of an overlong document were read. */
  'truncated',
  /** A verbatim value could not be normalised, and the field's answer is null. */
  'unnormalized',
]);
export type Flag = z.infer<typeof flagSchema>;

const commonMembers = {
  id: documentIdSchema,
  flags: z.array(flagSchema).min(1).optional(),
  keep: z.record(z.string(), jsonValueSchema).optional(),
};

const resultErrorSchema = z.strictObject({
  code: z.string().regex(/^[A-Z][A-Z0-9_]*$/),
  message: z.string().min(1),
});
export type ResultError = z.infer<typeof resultErrorSchema>;

export const okLineSchema = z.strictObject({
  id: commonMembers.id,
  status: z.literal('ok'),
  answer: z.record(z.string(), jsonValueSchema),
  confidence: z.record(pointerSchema, probabilitySchema),
  labels: z.record(pointerSchema, z.record(z.string(), probabilitySchema)).optional(),
  spans: z.record(pointerSchema, resultSpanSchema).optional(),
  flags: commonMembers.flags,
  keep: commonMembers.keep,
});
export type OkLine = z.infer<typeof okLineSchema>;

const failedLineSchema = z.strictObject({
  id: commonMembers.id,
  status: z.literal('failed'),
  error: resultErrorSchema,
  flags: commonMembers.flags,
  keep: commonMembers.keep,
});
export type FailedLine = z.infer<typeof failedLineSchema>;

const skippedLineSchema = z.strictObject({
  id: commonMembers.id,
  status: z.literal('skipped'),
  error: resultErrorSchema,
  flags: commonMembers.flags,
  keep: commonMembers.keep,
});

/** One line of a part and of `results.jsonl`: what became of one document. Holds nothing that differs between runs. */
export const resultLineSchema = z.discriminatedUnion('status', [okLineSchema, failedLineSchema, skippedLineSchema]);
export type ResultLine = z.infer<typeof resultLineSchema>;
