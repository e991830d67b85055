import { z } from 'zod';
import { roundSchema, runIdSchema, runNameSchema, sha256Schema } from './ids.ts';
import { jsonValueSchema } from './json.ts';
import { taskSchema } from './task.ts';

/** When a run ends early: after so many failed documents (or a share of the planned ones), or at a moment. */
export const limitsSchema = z.strictObject({
  maxFailures: z.union([z.int().min(0), z.strictObject({ percent: z.number().min(0).max(100) })]).optional(),
  /** ISO 8601, UTC. */
  deadline: z.iso.datetime().optional(),
});
export type Limits = z.infer<typeof limitsSchema>;

/** A model: the file's name for people, its SHA-256 for everybody else. `stub:` has the hash of its version string. */
const modelIdentitySchema = z.strictObject({ name: z.string().min(1), sha256: sha256Schema });
export type ModelIdentity = z.infer<typeof modelIdentitySchema>;

/**
 * Where text and id stand in records; `text` and `id` where nothing is said. In JSONL the name of a member, or a JSON
 * Pointer; in CSV the name of a column.
 */
export const recordFieldsSchema = z.strictObject({
  textField: z.string().min(1).optional(),
  idField: z.string().min(1).optional(),
  textColumn: z.string().min(1).optional(),
  idColumn: z.string().min(1).optional(),
});
export type RecordFields = z.infer<typeof recordFieldsSchema>;

/** `run.json`: everything that decides a run's bytes, and the limits it was given. Never changed once written. */
export const runSchema = z.strictObject({
  v: z.literal(1),
  runId: runIdSchema,
  name: runNameSchema,
  createdAt: z.iso.datetime(),
  task: taskSchema,
  taskSha256: sha256Schema,
  model: modelIdentitySchema,
  /** Engine settings that change bytes; a worker that cannot honour them refuses the run. */
  engine: z.record(z.string(), jsonValueSchema),
  /** Named input roots, as absolute paths on the machine that planned. */
  roots: z.record(z.string(), z.string()),
  /** Members of records that are carried through to the result line. */
  keep: z.array(z.string()),
  records: recordFieldsSchema,
  documents: z.int().min(1),
  aliases: z.int().min(0),
  /** SHA-256 of `aliases.jsonl`, where there are any. */
  aliasesSha256: sha256Schema.optional(),
  /** Of the documents, how many have their line from an earlier run. */
  carried: z.int().min(0),
  shards: z.int().min(1),
  bytes: z.int().min(0),
  planSha256: sha256Schema,
  limits: limitsSchema,
  versions: z.record(z.string(), z.string()),
});
export type Run = z.infer<typeof runSchema>;

/**
 * One entry of the state log. A run without entries is open. `cancelled` carries its reason; `resumed` and `retried`
 * open the run again, `retried` with the number and the documents of its new round.
 */
export const runStateSchema = z.discriminatedUnion('state', [
  z.strictObject({
    state: z.literal('cancelled'),
    at: z.iso.datetime(),
    reason: z.enum(['cancel', 'deadline', 'max-failures']),
  }),
  z.strictObject({ state: z.literal('resumed'), at: z.iso.datetime() }),
  z.strictObject({
    state: z.literal('retried'),
    at: z.iso.datetime(),
    round: roundSchema,
    documents: z.int().min(1),
  }),
  z.strictObject({
    state: z.literal('complete'),
    at: z.iso.datetime(),
    round: roundSchema,
    /** SHA-256 of `results.jsonl`, which is derived and can be made again. */
    results: sha256Schema,
  }),
]);
export type RunState = z.infer<typeof runStateSchema>;
