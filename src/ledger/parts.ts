import { parseJson } from '../../schemas/json.ts';
import type { PlannedDocument } from '../../schemas/plan.ts';
import { type ResultLine, resultLineSchema } from '../../schemas/result.ts';
import { AppError, ioError, isAppError, systemCode } from '../errors.ts';
import type { OpenRun } from './open-run.ts';
import { type RunPaths, parsePartName } from './run-paths.ts';

/**
 * Publishes the part of a shard, once: true when this call did, false when the shard was complete already. A part
 * exists if and only if its shard is complete, and never changes.
 */
export async function commitPart(
  { paths, run }: OpenRun,
  round: number,
  shard: number,
  lines: readonly ResultLine[],
): Promise<boolean> {
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  return paths.store.createOnce(paths.attempts(run.runId), paths.part(round, shard), Buffer.from(text));
}

/** Whether a shard is complete. */
async function hasPart(paths: RunPaths, round: number, shard: number): Promise<boolean> {
  try {
    return await paths.store.has(paths.part(round, shard));
  } catch (error) {
    throw ioError('look for', paths.part(round, shard), error);
  }
}

/**
 * Whether a shard is complete for good: the worker that gave the part its name may have died before it was safe from a
 * power cut, and whoever takes the shard for done on sight of it would acknowledge a job whose part can still vanish.
 */
export async function hasDurablePart(paths: RunPaths, round: number, shard: number): Promise<boolean> {
  if (!(await hasPart(paths, round, shard))) return false;
  await paths.store.settle(paths.parts);
  return true;
}

/** The shards of a round that have a part. */
export async function listParts(paths: RunPaths, round: number): Promise<ReadonlySet<number>> {
  const shards = new Set<number>();
  for (const name of await paths.store.names(paths.parts)) {
    const part = parsePartName(name);
    if (part?.round === round) shards.add(part.shard);
  }
  return shards;
}

export type Part = {
  readonly bytes: Buffer;
  /** The lines as they stand in the file, without line ends, in plan order. */
  readonly lines: readonly string[];
  readonly results: readonly ResultLine[];
};

/**
 * Reads a part and proves that it is the one of these documents: one valid line for each, ids in plan order. Throws
 * `CORRUPT` naming the part otherwise: it was changed by somebody after it was written.
 */
export async function readPart(
  paths: RunPaths,
  round: number,
  shard: number,
  documents: readonly PlannedDocument[],
): Promise<Part> {
  const file = paths.part(round, shard);
  const bytes = await readPartBytes(paths, file);
  const text = bytes.toString();
  const lines = text.split('\n');
  const complete = lines.pop() === '' && lines.length === documents.length;
  const results = complete ? lines.map((line) => resultLineSchema.safeParse(parseJson(line))) : [];
  const valid = results.every((result, index) => result.success && result.data.id === documents[index]?.id);
  if (!complete || !valid) {
    throw new AppError(
      'CORRUPT',
      `The part \`${file}\` was changed after it was written; delete it and \`docmill resume\` the run to answer its documents again.`,
      { details: { part: file } },
    );
  }
  return { bytes, lines, results: results.flatMap((result) => (result.success ? [result.data] : [])) };
}

/** The same, null where the shard has no part yet. */
export async function findPart(
  paths: RunPaths,
  round: number,
  shard: number,
  documents: readonly PlannedDocument[],
): Promise<Part | null> {
  try {
    return await readPart(paths, round, shard, documents);
  } catch (error) {
    if (isAppError(error) && systemCode(error.cause) === 'ENOENT') return null;
    throw error;
  }
}

async function readPartBytes({ store }: RunPaths, file: string): Promise<Buffer> {
  try {
    return await store.readFile(file);
  } catch (error) {
    throw ioError('read', file, error);
  }
}
