import { randomBytes, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type RunId, runIdSchema } from '../../schemas/ids.ts';
import type { Alias } from '../../schemas/plan.ts';
import type { Run } from '../../schemas/run.ts';
import { ensureDirectory } from '../ensure-directory.ts';
import { AppError, ioError, isAppError, systemCode } from '../errors.ts';
import { syncDirectory } from '../sync-directory.ts';
import { faultPoint } from '../fault-points.ts';
import { writeAliases } from './aliases.ts';
import { findDifferences, namesOfUnequal } from './compare-runs.ts';
import { probeRegister } from './durable-files.ts';
import { readRun } from './open-run.ts';
import { createPlanWriter, type PlanTotals } from './plan-file.ts';
import { pathsIn, runPaths } from './run-paths.ts';

/** What a producer says of a run; the draft adds what follows from the plan. */
export type RunDescription = Omit<Run, 'v' | 'runId' | 'documents' | 'shards' | 'planSha256'>;

export type RunDraft = Awaited<ReturnType<typeof draftRun>>;

/**
 * Starts a run directory as `out/.new-<uuid>`. Nothing of it is seen by anybody until `publish` renames it into its
 * place, so a run exists completely or not at all; disposing an unpublished draft removes it.
 */
export async function draftRun(out: string) {
  await prepareOutput(out);
  const paths = pathsIn(join(out, `.new-${randomUUID()}`));
  await using resources = new AsyncDisposableStack();
  resources.defer(() => rm(paths.directory, { recursive: true, force: true }));
  await mkdir(paths.directory);
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
    publish: async (totals: PlanTotals, description: RunDescription): Promise<{ run: Run; created: boolean }> => {
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
      await syncTree(paths.directory);
      faultPoint('run.synced', paths.directory);
      const created = await renameIntoPlace(paths.directory, runPaths(out, run.name).directory);
      faultPoint('run.renamed', paths.directory);
      // Also for a run that is there already: its producer may have died before its name was safe from a power cut.
      await syncDirectory(out);
      if (!created) return { run: await requireSameRun(out, run), created };
      faultPoint('run.durable', paths.directory);
      return { run, created };
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** 20 random digits of base 36: job ids may hold neither `:` nor digits alone. */
function createRunId(): RunId {
  const random = BigInt(`0x${randomBytes(16).toString('hex')}`);
  return runIdSchema.parse(random.toString(36).padStart(25, '0').slice(-20));
}

/** Creates the output directory and proves that it can hold a ledger; throws `OUTPUT_UNUSABLE` otherwise. */
export async function prepareOutput(out: string): Promise<void> {
  try {
    await ensureDirectory(out);
    await probeRegister(out);
  } catch (error) {
    const reason = systemCode(error) ?? 'unknown error';
    const advice =
      reason === 'ENOTSUP' || reason === 'EPERM'
        ? 'its file system has no exclusive hard links, so choose another with `--out`'
        : 'choose another with `--out` or make it writable';
    throw new AppError('OUTPUT_UNUSABLE', `Cannot use the output directory \`${out}\` (${reason}); ${advice}.`, {
      cause: error,
    });
  }
}

/** Removes drafts that a killed producer left more than a day ago. */
export async function removeStaleDrafts(out: string, now: number): Promise<void> {
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

async function syncTree(directory: string): Promise<void> {
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) {
      await syncTree(path);
    } else {
      await using file = await open(path, 'r');
      await file.sync();
    }
  }
  await syncDirectory(directory);
}

/** `rename` refuses to replace a directory that holds anything, so exactly one of several producers wins. */
async function renameIntoPlace(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOTEMPTY' || code === 'EEXIST') return false;
    if (code === 'ENOTDIR')
      throw new AppError('OUTPUT_UNUSABLE', `\`${to}\` is a file; choose another \`--run\` name.`);
    throw ioError('create', to, error);
  }
}

async function requireSameRun(out: string, wanted: Run): Promise<Run> {
  const paths = runPaths(out, wanted.name);
  const existing = await readRun(paths).catch((error: unknown) => {
    if (!isAppError(error) || systemCode(error.cause) !== 'ENOENT') throw error;
    throw new AppError('OUTPUT_UNUSABLE', `\`${paths.directory}\` is no run; choose another \`--run\` name.`);
  });
  const differences = differencesBetween(existing, wanted);
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
