import { z } from 'zod';
import { documentIdSchema, roundSchema, sha256Schema, shardNumberSchema } from './ids.ts';

/**
 * Where a document's bytes are. `path` is relative to the named root, percent-encoded as in document ids, so that any
 * file name survives JSON; `offset` and `length` (bytes) name one record of a file, `header` the bytes that a CSV record
 * is read with; `member` one member of an archive.
 */
const sourceSchema = z.strictObject({
  root: z.string().min(1),
  path: z.string().min(1),
  member: z.string().optional(),
  offset: z.int().min(0).optional(),
  length: z.int().min(0).optional(),
  header: z.strictObject({ offset: z.int().min(0), length: z.int().min(0) }).optional(),
});
export type Source = z.infer<typeof sourceSchema>;

/** Where in `carried.jsonl` the line stands that a document has from an earlier run. */
const carriedSchema = z.strictObject({ offset: z.int().min(0), length: z.int().min(1), sha256: sha256Schema });
export type Carried = z.infer<typeof carriedSchema>;

/**
 * A document as planned. `sha256` is of the bytes that `source` names, those of a header first; null when they could not be read at plan time.
 * A `carried` one is not answered again.
 */
const plannedDocumentSchema = z.strictObject({
  id: documentIdSchema,
  source: sourceSchema,
  sha256: sha256Schema.nullable(),
  carried: carriedSchema.optional(),
  /** Why it is known already that there is nothing to read: it could not be unpacked. */
  refused: z.enum(['TOO_LARGE', 'MALFORMED', 'ENCRYPTED', 'BINARY']).optional(),
});
export type PlannedDocument = z.infer<typeof plannedDocumentSchema>;

/** One line of `plan.jsonl` or `rounds/<n>.jsonl`: the documents of one shard, in plan order. */
export const planLineSchema = z.strictObject({
  round: roundSchema,
  shard: shardNumberSchema,
  documents: z.array(plannedDocumentSchema).min(1),
});
export type PlanLine = z.infer<typeof planLineSchema>;

/** One line of `aliases.jsonl`: a document with the same content as the planned document `of`, and that one's place. */
export const aliasSchema = z.strictObject({
  id: documentIdSchema,
  source: sourceSchema,
  of: documentIdSchema,
  shard: shardNumberSchema,
  index: z.int().min(0),
});
export type Alias = z.infer<typeof aliasSchema>;
