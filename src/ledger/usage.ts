import { z } from 'zod';
import { roundSchema, shardNumberSchema } from '../../schemas/ids.ts';
import { parseJson } from '../../schemas/json.ts';
import { joinLocation } from '../object-storage/location.ts';
import type { RunPaths } from './run-paths.ts';

/** What one attempt cost. Best effort: a line may be missing after a crash, and no promise rests on it. */
const usageSchema = z.object({
  round: roundSchema,
  shard: shardNumberSchema,
  documents: z.int().min(0),
  seconds: z.number().min(0),
  tokens: z.object({ prompt: z.int(), cached: z.int(), forced: z.int(), chosen: z.int() }),
  cpu: z.string(),
});
export type Usage = z.infer<typeof usageSchema>;

/** Notes what an attempt cost, in the worker's own file. */
export async function appendUsage(paths: RunPaths, workerId: string, usage: Usage): Promise<void> {
  await paths.store.append(joinLocation(paths.usage, workerId), JSON.stringify(usage));
}

/** Everything that was noted; torn lines are passed over. */
export async function* readUsage(paths: RunPaths): AsyncGenerator<Usage> {
  for (const name of (await paths.store.names(paths.usage)).sort()) {
    for (const line of (await paths.store.readFile(joinLocation(paths.usage, name))).toString().split('\n')) {
      const usage = usageSchema.safeParse(parseJson(line));
      if (usage.success) yield usage.data;
    }
  }
}

/** The CPU families that took part, sorted. */
export async function readCpus(paths: RunPaths): Promise<string[]> {
  const cpus = new Set<string>();
  for await (const { cpu } of readUsage(paths)) cpus.add(cpu);
  return [...cpus].sort();
}
