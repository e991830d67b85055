import { z } from 'zod';

/** SHA-256 as 64 lower-case hexadecimal digits. */
export const sha256Schema = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .brand<'Sha256'>();
export type Sha256 = z.infer<typeof sha256Schema>;

/** Random id of a run; part of job ids, so that equal run names under different output folders never collide. */
export const runIdSchema = z
  .string()
  .regex(/^[0-9a-z]{20}$/)
  .brand<'RunId'>();
export type RunId = z.infer<typeof runIdSchema>;

/** Name of a run, which is also the name of its directory. */
export const runNameSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/)
  .brand<'RunName'>();
export type RunName = z.infer<typeof runNameSchema>;

/** 1 for the enqueue, +1 for each retry. */
export const roundSchema = z.int().min(1).max(9999);

/** Number of a shard within its round, from 0. */
export const shardNumberSchema = z.int().min(0).max(99_999_999);

/**
 * Id of a document, unique within its run: the path relative to its root with `%`, `#`, control characters and bytes
 * that are not UTF-8 percent-encoded; `#<record>` is appended for records without an id of their own.
 */
export const documentIdSchema = z.string().min(1).max(8192);
