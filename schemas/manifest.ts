import { z } from 'zod';
import { roundSchema, runIdSchema, sha256Schema, shardNumberSchema } from './ids.ts';

/** Documents by what became of them; failed and skipped ones by error code. Aliases are not counted here. */
export const outcomeCountsSchema = z.strictObject({
  ok: z.int().min(0),
  failed: z.record(z.string(), z.int().min(1)),
  skipped: z.record(z.string(), z.int().min(1)),
});
export type OutcomeCounts = z.infer<typeof outcomeCountsSchema>;

/** `manifests/<round>.json`: written once when every part of the round is there and valid. */
export const manifestSchema = z.strictObject({
  v: z.literal(1),
  runId: runIdSchema,
  round: roundSchema,
  planSha256: sha256Schema,
  documents: z.int().min(0),
  outcomes: outcomeCountsSchema,
  parts: z.array(
    z.strictObject({ shard: shardNumberSchema, lines: z.int().min(1), bytes: z.int().min(1), sha256: sha256Schema }),
  ),
  /** SHA-256 over the round's parts, one after the other in plan order. */
  sha256: sha256Schema,
  /** CPU families of the workers, as far as their usage files tell; answers are only comparable within one family. */
  cpus: z.array(z.string()),
});
export type Manifest = z.infer<typeof manifestSchema>;
