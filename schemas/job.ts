import { z } from 'zod';
import { roundSchema, runIdSchema, shardNumberSchema } from './ids.ts';

/** Version of the job's form. A worker puts back a job whose version it does not know. */
export const JOB_VERSION = 1;

/** The data of one job: a reference to one shard of a run, never text. */
export const jobSchema = z.strictObject({
  v: z.int().min(1),
  runId: runIdSchema,
  round: roundSchema,
  shard: shardNumberSchema,
});
export type Job = z.infer<typeof jobSchema>;
