import { randomBytes, randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunId, runIdSchema } from '../../schemas/ids.ts';
import type { Alias } from '../../schemas/plan.ts';
import type { Run } from '../../schemas/run.ts';
import { AppError, isAppError, systemCode } from '../errors.ts';
import { faultPoint } from '../fault-points.ts';
import { writeAliases } from './aliases.ts';
import { findDifferences, namesOfUnequal } from './compare-runs.ts';
import { isObjectUrl, joinLocation } from '../object-storage/location.ts';
import { type OpenRun, readRun } from './open-run.ts';
import { createPlanWriter, type PlanTotals } from './plan-file.ts';
import { publishDirectory, publishObjects } from './publish-draft.ts';
import { pathsIn, placeOf } from './run-paths.ts';
import { storeOf } from './store-of.ts';

/** What a producer says of a run; the draft adds what follows from the plan. */
export type RunDescription = Omit<Run, 'v' | 'runId' | 'documents' | 'shards' | 'planSha256'>;

export type RunDraft = Awaited<ReturnType<typeof draftRun>>;

/**
 * Starts a run in a directory of its own: `out/.new-<uuid>`, or a temporary one where `out` is in object storage. Nothing
 * of it is seen by anybody until `publish` has made it whole, so a run exists completely or not at all; disposing an
 * unpublished draft removes it.
 */
export async function draftRun(out: string) {
  await prepareOutput(out);
  await using resources = new AsyncDisposableStack();
  const paths = pathsIn(await makeDraftDirectory(out));
  resources.defer(() => rm(paths.directory, { recursive: true, force: true }));
  const runId = createRunId();
  const folders = [paths.input, paths.parts, paths.rounds, paths.state, paths.manifests, paths.usage, paths.temporary];
  for (const folder of [...folders, paths.attempts(runId)]) await mkdir(folder);
  faultPoint('run.drafted', paths.directory);
  const plan = resources.use(await createPlanWriter(paths.plan(1), paths.planIndex(1), 1));
  const owned = resources.move();
  return {
    paths,
    plan,
    writeAliases: (aliases: AsyncIterable<Alias> | Iterable<Alias>) => writeAliases(paths, aliases),
    /** Makes the run exist, or finds that an equal one exists already; throws `RUN_NAME_TAKEN` for another one. */
    publish: async (totals: PlanTotals, description: RunDescription): Promise<OpenRun & { created: boolean }> => {
      const run: Run = {
        v: 1,
        runId,
        ...description,
        documents: totals.documents,
        shards: totals.shards,
        planSha256: totals.sha256,
      };
      faultPoint('run.planned', paths.directory);
      await writeFile(paths.runFile, `${JSON.stringify(run, null, 2)}\n`);
      faultPoint('run.written', paths.directory);
      const publish = isObjectUrl(out) ? publishObjects : publishDirectory;
      const created = await publish(paths.directory, out, run);
      const open = created ? { run, paths: placeOf(out, run) } : await requireSameRun(out, run);
      if (created) faultPoint('run.durable', paths.directory);
      return { ...open, created };
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function makeDraftDirectory(out: string): Promise<string> {
  if (isObjectUrl(out)) return mkdtemp(join(tmpdir(), 'docmill-run-'));
  const directory = join(out, `.new-${randomUUID()}`);
  await mkdir(directory);
  return directory;
}

/** 20 random digits of base 36: job ids may hold neither `:` nor digits alone. */
function createRunId(): RunId {
  const random = BigInt(`0x${randomBytes(16).toString('hex')}`);
  return runIdSchema.parse(random.toString(36).padStart(25, '0').slice(-20));
}

/** Creates the output directory and proves that it can hold a ledger; throws `OUTPUT_UNUSABLE` otherwise. */
export async function prepareOutput(out: string): Promise<void> {
  try {
    await storeOf(out).probe(out);
  } catch (error) {
    if (isAppError(error)) throw error;
    const reason = systemCode(error) ?? 'unknown error';
    const advice =
      reason === 'ENOTSUP' || reason === 'EPERM'
        ? `its ${isObjectUrl(out) ? 'store does not refuse a second put with `If-None-Match: *`' : 'file system has no exclusive hard links'}, so choose another with \`--out\``
        : 'choose another with `--out` or make it writable';
    throw new AppError('OUTPUT_UNUSABLE', `Cannot use the output directory \`${out}\` (${reason}); ${advice}.`, {
      cause: error,
    });
  }
}

/** Removes drafts that a killed producer left more than a day ago. */
export async function removeStaleDrafts(out: string, now: number): Promise<void> {
  if (isObjectUrl(out)) return;
  const names = await readdir(out);
  for (const name of names.filter((candidate) => candidate.startsWith('.new-'))) {
    const directory = join(out, name);
    if (await isOlder(directory, now - 24 * 3600 * 1000)) await rm(directory, { recursive: true, force: true });
  }
}

/** False for a draft that its producer has published or dropped meanwhile. */
async function isOlder(directory: string, thanMs: number): Promise<boolean> {
  try {
    return (await stat(directory)).mtimeMs < thanMs;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false;
    throw error;
  }
}

async function requireSameRun(out: string, wanted: Run): Promise<OpenRun> {
  const existing = await readRun(out, wanted.name).catch((error: unknown) => {
    if (!isAppError(error) || systemCode(error.cause) !== 'ENOENT') throw error;
    const place = joinLocation(out, wanted.name);
    throw new AppError('OUTPUT_UNUSABLE', `\`${place}\` is no run; choose another \`--run\` name.`);
  });
  const differences = differencesBetween(existing.run, wanted);
  if (differences.length === 0) return existing;
  throw new AppError(
    'RUN_NAME_TAKEN',
    `The run \`${wanted.name}\` exists and differs in ${differences.join(', ')}; choose another \`--run\` name, or remove it with \`docmill runs rm ${wanted.name}\`.`,
    { details: { differences } },
  );
}

/** What decides a run's bytes; limits and places may differ. */
function differencesBetween(existing: Run, wanted: Run): string[] {
  return [
    ...namesOfUnequal({ 'the documents': [existing.planSha256, wanted.planSha256] }),
    ...findDifferences(existing, wanted),
    ...namesOfUnequal({ 'the aliases': [existing.aliasesSha256, wanted.aliasesSha256] }),
  ];
}
