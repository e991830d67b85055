import type { Sha256 } from '../../schemas/ids.ts';
import { parseJson } from '../../schemas/json.ts';
import { type PlanLine, type PlannedDocument, planLineSchema } from '../../schemas/plan.ts';
import { AppError, ioError } from '../errors.ts';
import { sha256Of } from '../sha256.ts';
import { openHashedFile } from './hashed-file.ts';
import { readLines } from './read-lines.ts';
import type { RunPaths } from './run-paths.ts';
import { storeOf } from './store-of.ts';
import type { StoredFile } from './store.ts';

/**
 * A plan is a file of JSON lines, one a shard, and an index of fixed-width text lines, so that a worker reads one shard
 * without reading the plan: `offset(16 hex) length(8 hex) sha256(64 hex)\n` of each line without its line end.
 */
const INDEX_LINE_BYTES = 16 + 1 + 8 + 1 + 64 + 1;

export type PlanTotals = { readonly shards: number; readonly documents: number; readonly sha256: Sha256 };

/** Writes a plan shard by shard; `finish` syncs both files and says what was written. */
export async function createPlanWriter(planFile: string, indexFile: string, round: number) {
  await using resources = new AsyncDisposableStack();
  const plan = resources.use(await openHashedFile(planFile));
  const index = resources.use(await openHashedFile(indexFile));
  const owned = resources.move();
  let shards = 0;
  let documents = 0;
  return {
    append: async (shardDocuments: readonly PlannedDocument[]): Promise<number> => {
      const line: PlanLine = { round, shard: shards, documents: [...shardDocuments] };
      const bytes = Buffer.from(JSON.stringify(line));
      await index.write(Buffer.from(indexLine(plan.offset(), bytes)));
      await plan.write(Buffer.concat([bytes, NEWLINE]));
      documents += shardDocuments.length;
      shards += 1;
      return line.shard;
    },
    finish: async (): Promise<PlanTotals> => {
      const sha256 = await plan.finish();
      await index.finish();
      return { shards, documents, sha256 };
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

export type Plan = Awaited<ReturnType<typeof openPlan>>;

/** Opens the plan of a round for reading single shards; throws `CORRUPT` when plan and index do not end together. */
export async function openPlan(paths: RunPaths, round: number) {
  await using resources = new AsyncDisposableStack();
  const plan = resources.use(await openExisting(paths.plan(round)));
  const index = resources.use(await openExisting(paths.planIndex(round)));
  const shards = index.bytes / INDEX_LINE_BYTES;
  const readEntry = async (shard: number) =>
    parseIndexLine(await index.read(shard * INDEX_LINE_BYTES, INDEX_LINE_BYTES));
  // A file that lost lines at its end would otherwise look like a run that is complete with fewer documents.
  const last = Number.isInteger(shards) && shards > 0 ? await readEntry(shards - 1) : null;
  if (last === null || last.offset + last.length + 1 !== plan.bytes) throw corrupt(paths.planIndex(round));
  const owned = resources.move();
  const readShard = async (shard: number): Promise<PlanLine> => {
    const entry = await readEntry(shard);
    if (entry === null || entry.offset + entry.length >= plan.bytes) throw corrupt(paths.planIndex(round));
    const bytes = await plan.read(entry.offset, entry.length);
    if (sha256Of(bytes) !== entry.sha256) throw corrupt(paths.plan(round));
    const line = planLineSchema.safeParse(parseJson(bytes.toString()));
    if (!line.success || line.data.shard !== shard || line.data.round !== round) throw corrupt(paths.plan(round));
    return line.data;
  };
  return {
    round,
    shards,
    /** The documents of one shard; throws `CORRUPT` when the line is not the one that was planned. */
    readShard,
    /** The shards that are wanted, one after the other: all of them, in order, where nothing is said. */
    lines: async function* (wanted: Iterable<number> = Array(shards).keys()): AsyncGenerator<PlanLine> {
      for (const shard of wanted) yield await readShard(shard);
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** Derives the index of a plan from the plan, and counts its documents. */
export async function indexPlan(planFile: string): Promise<{ readonly index: Buffer; readonly documents: number }> {
  const lines: string[] = [];
  let offset = 0;
  let documents = 0;
  for await (const bytes of readLines(storeOf(planFile).chunks(planFile))) {
    const line = planLineSchema.safeParse(parseJson(bytes.toString()));
    if (!line.success) throw corrupt(planFile);
    lines.push(indexLine(offset, bytes));
    offset += bytes.byteLength + 1;
    documents += line.data.documents.length;
  }
  return { index: Buffer.from(lines.join('')), documents };
}

const NEWLINE = Buffer.from('\n');

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}

function indexLine(offset: number, line: Uint8Array): string {
  return `${hex(offset, 16)} ${hex(line.byteLength, 8)} ${sha256Of(line)}\n`;
}

function parseIndexLine(bytes: Buffer) {
  const match = /^([0-9a-f]{16}) ([0-9a-f]{8}) ([0-9a-f]{64})\n$/.exec(bytes.toString('latin1'));
  if (match === null) return null;
  const [, offset = '', length = '', sha256 = ''] = match;
  return { offset: Number.parseInt(offset, 16), length: Number.parseInt(length, 16), sha256 };
}

function corrupt(file: string): AppError {
  return new AppError('CORRUPT', `The plan \`${file}\` was damaged after it was written; enqueue the documents again.`);
}

async function openExisting(file: string): Promise<StoredFile> {
  try {
    return await storeOf(file).open(file);
  } catch (error) {
    throw ioError('read', file, error);
  }
}
