import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { parseJson } from '../../schemas/json.ts';
import type { Fault, FaultPoint } from '../../src/fault-points.ts';

/** The instants of a shard's way through a worker, in their order, when nothing goes wrong. */
export const WAY_OF_A_PART: readonly FaultPoint[] = [
  'job.taken',
  'job.answered',
  'register.opened',
  'register.half-written',
  'register.written',
  'register.synced',
  'register.closed',
  'register.linked',
  'register.unlinked',
  'register.durable',
  'job.committed',
  'job.acknowledged',
];

/** The same where the ledger is in object storage. */
export const WAY_TO_A_STORE: readonly FaultPoint[] = [
  'job.taken',
  'job.answered',
  'object.sending',
  'object.stored',
  'job.committed',
  'job.acknowledged',
];

/** The environment that arms faults in a process. */
export function withFaults(...faults: readonly Fault[]): NodeJS.ProcessEnv {
  return { DOCMILL_FAULTS: JSON.stringify(faults) };
}

const arrivalSchema = z.object({
  pid: z.int(),
  point: z.string(),
  path: z.string(),
  /** Set on a second line where a fault was done. */
  action: z.string().optional(),
});

/** What the processes wrote to their `DOCMILL_FAULT_LOG`, in order; a process that was killed may leave half a line. */
export async function readFaultLog(file: string): Promise<z.infer<typeof arrivalSchema>[]> {
  const lines = (await readFile(file, 'utf8')).split('\n');
  return lines.map((line) => arrivalSchema.safeParse(parseJson(line))).flatMap(({ data }) => (data ? [data] : []));
}
