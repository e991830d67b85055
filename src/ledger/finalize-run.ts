import { type Hash, createHash } from 'node:crypto';
import { type Sha256, sha256Schema } from '../../schemas/ids.ts';
import { parseJson } from '../../schemas/json.ts';
import { type Manifest, type OutcomeCounts, manifestSchema } from '../../schemas/manifest.ts';
import type { PlanLine } from '../../schemas/plan.ts';
import type { ResultLine } from '../../schemas/result.ts';
import type { RunState } from '../../schemas/run.ts';
import { AppError, systemCode } from '../errors.ts';
import { faultPoint } from '../fault-points.ts';
import { mapInOrder } from '../map-in-order.ts';
import { checkAliases } from './aliases.ts';
import { createOutcomeCounts } from './count-outcomes.ts';
import { findMissing } from './find-missing.ts';
import { hashFile } from './hash-file.ts';
import type { OpenRun } from './open-run.ts';
import { readPart } from './parts.ts';
import { openPlan } from './plan-file.ts';
import { sha256Of } from '../sha256.ts';
import { type FinalLine, finalLines } from './result-lines.ts';
import type { RunPaths } from './run-paths.ts';
import { type CurrentState, appendState, readState } from './run-state.ts';
import { readCpus } from './usage.ts';

export type Finalization =
  | { readonly status: 'complete'; readonly round: number; readonly outcomes: OutcomeCounts }
  | { readonly status: 'incomplete'; readonly round: number; readonly missing: number }
  | { readonly status: 'cancelled'; readonly round: number };

/**
 * Completes a run whose parts are all there: manifest, results file, state. Any number of processes may try at any
 * moment and die in the middle: the manifest and the state are set once, and the results file is a function of the
 * parts. Throws `CORRUPT` naming the part when one is not what the plan says.
 */
export async function finalizeRun(open: OpenRun): Promise<Finalization> {
  const { paths } = open;
  const state = await readState(paths);
  if (state.kind === 'cancelled') return { status: 'cancelled', round: state.round };
  if (state.kind === 'open') {
    const missing = await findMissing(paths, state.round);
    if (missing.length > 0) return { status: 'incomplete', round: state.round, missing: missing.length };
    await complete(open, state);
  }
  // Whoever wrote the next entry, a cancel or a new round included, decided; say what stands now.
  const now = await readState(paths);
  if (now.last?.state !== 'complete') return stopped(paths, now);
  await paths.store.sweep(paths.temporary, Date.now());
  await paths.store.sweep(paths.attempts(open.run.runId), Date.now());
  return { status: 'complete', round: now.round, outcomes: await ensureResults(open, now.last) };
}

async function complete(open: OpenRun, state: CurrentState): Promise<void> {
  const { paths } = open;
  await checkAliases(open);
  // A part whose writer died may have its name only until the next power cut, which the manifest must not outlive.
  await paths.store.settle(paths.parts);
  const manifest = await buildManifest(open, state.round);
  await paths.store.createOnce(
    paths.temporary,
    paths.manifest(state.round),
    Buffer.from(`${JSON.stringify(manifest)}\n`),
  );
  faultPoint('finish.manifested', paths.manifest(state.round));
  const { sha256 } = await writeResults(paths, state.round);
  faultPoint('finish.derived', paths.results);
  const at = new Date().toISOString();
  await appendState(paths, state, { state: 'complete', at, round: state.round, results: sha256 });
}

async function stopped(paths: RunPaths, state: CurrentState): Promise<Finalization> {
  if (state.kind === 'cancelled') return { status: 'cancelled', round: state.round };
  return { status: 'incomplete', round: state.round, missing: (await findMissing(paths, state.round)).length };
}

/**
 * The results file of a complete run, made again where it is missing or is not the one that the state names: somebody
 * changed it, or a process that finished an earlier round late replaced it.
 */
async function ensureResults(
  { paths, run }: OpenRun,
  { round, results }: Extract<RunState, { state: 'complete' }>,
): Promise<OutcomeCounts> {
  if ((await hashFile(paths.results)) !== results) return (await writeResults(paths, round)).outcomes;
  // A manifest knows the outcomes unless rounds or aliases have to be merged.
  const manifest = round === 1 && run.aliases === 0 ? await readManifest(paths, round) : null;
  return manifest?.outcomes ?? countFinalLines(paths, round);
}

/** Reads and validates the manifest of a round; null when the round is not complete. */
export async function readManifest(paths: RunPaths, round: number): Promise<Manifest | null> {
  try {
    const manifest = manifestSchema.safeParse(
      parseJson((await paths.store.readFile(paths.manifest(round))).toString()),
    );
    if (manifest.success) return manifest.data;
    throw new AppError('CORRUPT', `\`${paths.manifest(round)}\` was changed after it was written.`);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw error;
  }
}

/** Derives a round's manifest from its plan and its parts alone. */
export async function buildManifest({ paths, run }: OpenRun, round: number): Promise<Manifest> {
  await using plan = await openPlan(paths, round);
  const planSha256 = sha256Schema.parse(await hashFile(paths.plan(round)));
  const whole = createHash('sha256');
  const counts = createOutcomeCounts();
  const parts: Manifest['parts'] = [];
  let documents = 0;
  const read = async ({ shard, documents: planned }: PlanLine) => ({
    shard,
    part: await readPart(paths, round, shard, planned),
  });
  for await (const { shard, part } of mapInOrder(plan.lines(), paths.store.readsAtOnce, read)) {
    for (const result of part.results) counts.add(result);
    whole.update(part.bytes);
    documents += part.lines.length;
    parts.push({ shard, lines: part.lines.length, bytes: part.bytes.byteLength, sha256: sha256Of(part.bytes) });
  }
  return {
    v: 1,
    runId: run.runId,
    round,
    planSha256,
    documents,
    outcomes: counts.counts(),
    parts,
    sha256: sha256Schema.parse(whole.digest('hex')),
    cpus: await readCpus(paths),
  };
}

/** Makes `results.jsonl` anew from plan and parts; its hash, and its documents over all rounds and aliases counted. */
async function writeResults(
  paths: RunPaths,
  round: number,
): Promise<{ readonly sha256: Sha256; readonly outcomes: OutcomeCounts }> {
  const counts = createOutcomeCounts();
  const hash = createHash('sha256');
  await paths.store.replace(paths.temporary, paths.results, toBlocks(finalLines(paths, round), counts.add, hash));
  return { sha256: sha256Schema.parse(hash.digest('hex')), outcomes: counts.counts() };
}

async function countFinalLines(paths: RunPaths, round: number): Promise<OutcomeCounts> {
  const counts = createOutcomeCounts();
  for await (const { result } of finalLines(paths, round)) counts.add(result);
  return counts.counts();
}

async function* toBlocks(
  lines: AsyncIterable<FinalLine>,
  count: (result: ResultLine) => void,
  hash: Hash,
): AsyncGenerator<Uint8Array> {
  let block = '';
  for await (const { text, result } of lines) {
    count(result);
    block += `${text}\n`;
    if (block.length < 1 << 20) continue;
    hash.update(block);
    yield Buffer.from(block);
    block = '';
  }
  hash.update(block);
  yield Buffer.from(block);
}
