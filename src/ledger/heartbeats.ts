import { z } from 'zod';
import { parseJson } from '../../schemas/json.ts';
import { AppError, systemCode } from '../errors.ts';
import { joinLocation } from '../object-storage/location.ts';
import { storeOf } from './store-of.ts';
import type { Store } from './store.ts';
import { noTotals, workerTotalsSchema } from './worker-totals.ts';

/** What a worker says about itself every few seconds. */
const heartbeatSchema = z.object({
  worker: z.string(),
  host: z.string(),
  pid: z.int(),
  model: z.string(),
  startedAt: z.iso.datetime(),
  /** The shard in work, as `<run>/<round>-<shard>`; null while waiting. */
  shard: z.string().nullable(),
  shards: z.int(),
  documents: z.int(),
  rssBytes: z.int(),
  /** Why a run is refused by this worker, by run name. */
  refused: z.record(z.string(), z.string()),
  /** What went wrong with the last attempt, by run name; gone with the next attempt that ends well. */
  troubles: z.record(z.string(), z.string()),
  /** What it did so far; nothing where a worker of an older docmill does not say it. */
  totals: workerTotalsSchema.default(noTotals),
});
export type Heartbeat = z.infer<typeof heartbeatSchema>;

/** A worker's word and how long ago it was said. */
export type HeardWorker = { readonly heartbeat: Heartbeat; readonly ageMs: number };

/** A worker that has said nothing for this long is taken for dead. */
const SILENT_MS = 20_000;
const FORGOTTEN_MS = 24 * 3600 * 1000;

/** Replaces the worker's heartbeat file under `out/.workers`; throws `OUTPUT_UNUSABLE` when `out` is gone. */
export async function writeHeartbeat(out: string, heartbeat: Heartbeat): Promise<void> {
  const directory = await makeWorkersDirectory(out);
  const file = joinLocation(directory, `${heartbeat.worker}.json`);
  await storeOf(out).replace(directory, file, [Buffer.from(JSON.stringify(heartbeat))]);
}

/** Removes the heartbeat of a worker that stopped. */
export async function removeHeartbeat(out: string, worker: string): Promise<void> {
  await storeOf(out)
    .remove(joinLocation(workersDirectory(out), `${worker}.json`))
    .catch(() => undefined);
}

/** The workers that are alive: those that spoke within 20 seconds, by name, with the age of their word. */
export async function readHeartbeats(out: string, nowMs: number): Promise<HeardWorker[]> {
  return readHeardWorkers(out, SILENT_MS, nowMs);
}

/** Whether a worker that was heard of is taken for one that lives. */
export function isAlive({ ageMs }: Pick<HeardWorker, 'ageMs'>): boolean {
  return ageMs <= SILENT_MS;
}

/** The workers that spoke within `withinMs` and did not stop of their own accord, by name. */
export async function readHeardWorkers(out: string, withinMs: number, nowMs: number): Promise<HeardWorker[]> {
  const store = storeOf(out);
  const heard: HeardWorker[] = [];
  for (const name of (await namesIn(store, workersDirectory(out))).sort()) {
    const file = joinLocation(workersDirectory(out), name);
    const ageMs = nowMs - (await modifiedAt(store, file));
    if (ageMs > FORGOTTEN_MS) await store.remove(file).catch(() => undefined);
    if (ageMs > withinMs || !name.endsWith('.json')) continue;
    const text = await store.readFile(file).catch(() => '');
    const heartbeat = heartbeatSchema.safeParse(parseJson(text.toString()));
    if (heartbeat.success) heard.push({ heartbeat: heartbeat.data, ageMs });
  }
  return heard;
}

/**
 * Takes a turn that all workers under `out` share: true for one of them every `intervalMs`. Only an economy: two that
 * take the same turn do harmless work twice.
 */
export async function takeTurn(out: string, name: string, intervalMs: number, nowMs: number): Promise<boolean> {
  const store = storeOf(out);
  const file = joinLocation(workersDirectory(out), `.${name}`);
  const ageMs = nowMs - (await modifiedAt(store, file));
  // A turn from the future was taken by a clock that is wrong; waiting for it to come could take for ever.
  if (ageMs >= 0 && ageMs < intervalMs) return false;
  await makeWorkersDirectory(out);
  await store.touch(file, nowMs);
  return true;
}

/** Not with its parents: an output directory that was deleted, or is not mounted any more, must not come back empty. */
async function makeWorkersDirectory(out: string): Promise<string> {
  const directory = workersDirectory(out);
  try {
    await storeOf(out).makeDirectory(directory);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') {
      throw new AppError('OUTPUT_UNUSABLE', `The output directory \`${out}\` is gone; put it back and start again.`, {
        cause: error,
      });
    }
    throw error;
  }
  return directory;
}

function workersDirectory(out: string): string {
  return joinLocation(out, '.workers');
}

async function namesIn(store: Store, directory: string): Promise<string[]> {
  try {
    return await store.names(directory);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  }
}

/** Zero for a file that is not there, which makes it older than anything. */
async function modifiedAt(store: Store, file: string): Promise<number> {
  try {
    return await store.modifiedAtMs(file);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return 0;
    throw error;
  }
}
