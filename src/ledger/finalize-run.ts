import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { type Sha256, sha256Schema } from '../../schemas/ids.ts';
import { parseJson } from '../../schemas/json.ts';
import { type Manifest, type OutcomeCounts, manifestSchema } from '../../schemas/manifest.ts';
import type { ResultLine } from '../../schemas/result.ts';
import { AppError, systemCode } from '../errors.ts';
import { createOutcomeCounts } from './count-outcomes.ts';
import { createOnce, removeStaleTemporaries, replaceFile } from './durable-files.ts';
import { findMissing } from './find-missing.ts';
import type { OpenRun } from './open-run.ts';
import { readPart } from './parts.ts';
import { openPlan, sha256Of } from './plan-file.ts';
import { type FinalLine, finalLines } from './result-lines.ts';
import type { RunPaths } from './run-paths.ts';
import { appendState, readState } from './run-state.ts';
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
export async function finalizeRun({ paths, run }: OpenRun): Promise<Finalization> {
  const state = await readState(paths);
  if (state.kind === 'cancelled') return { status: 'cancelled', round: state.round };
  if (state.kind === 'complete') return completed({ paths, run }, state.round);
  const missing = await findMissing(paths, state.round);
  if (missing.length > 0) return { status: 'incomplete', round: state.round, missing: missing.length };
  const manifest = await buildManifest({ paths, run }, state.round);
  await createOnce(paths.temporary, paths.manifest(state.round), Buffer.from(`${JSON.stringify(manifest)}\n`));
  const outcomes = await writeResults(paths, state.round);
  await appendState(paths, state, { state: 'complete', at: new Date().toISOString(), round: state.round });
  // Whoever wrote the next entry, a cancel included, decided; say what stands now.
  const now = await readState(paths);
  if (now.kind === 'cancelled') return { status: 'cancelled', round: now.round };
  await removeStaleTemporaries(paths.temporary, Date.now());
  return { status: 'complete', round: state.round, outcomes };
}

/** Reads and validates the manifest of a round; null when the round is not complete. */
export async function readManifest(paths: RunPaths, round: number): Promise<Manifest | null> {
  try {
    const manifest = manifestSchema.safeParse(parseJson(await readFile(paths.manifest(round), 'utf8')));
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
  const whole = createHash('sha256');
  const counts = createOutcomeCounts();
  const parts: Manifest['parts'] = [];
  let documents = 0;
  for (let shard = 0; shard < plan.shards; shard += 1) {
    const line = await plan.readShard(shard);
    const part = await readPart(paths, round, shard, line.documents);
    for (const result of part.results) counts.add(result);
    whole.update(part.bytes);
    documents += part.lines.length;
    parts.push({ shard, lines: part.lines.length, bytes: part.bytes.byteLength, sha256: sha256Of(part.bytes) });
  }
  return {
    v: 1,
    runId: run.runId,
    round,
    planSha256: await hashFile(paths.plan(round)),
    documents,
    outcomes: counts.counts(),
    parts,
    sha256: sha256Schema.parse(whole.digest('hex')),
    cpus: await readCpus(paths),
  };
}

/** Makes `results.jsonl` anew from plan and parts; counts its documents over all rounds and aliases. */
export async function writeResults(paths: RunPaths, round: number): Promise<OutcomeCounts> {
  const counts = createOutcomeCounts();
  await replaceFile(paths.temporary, paths.results, toBlocks(finalLines(paths, round), counts.add));
  return counts.counts();
}

/** The outcomes of a run that is complete: its manifest has them unless rounds or aliases have to be merged. */
async function completed({ paths, run }: OpenRun, round: number): Promise<Finalization> {
  const manifest = round === 1 && run.aliases === 0 ? await readManifest(paths, round) : null;
  return { status: 'complete', round, outcomes: manifest?.outcomes ?? (await countFinalLines(paths, round)) };
}

async function countFinalLines(paths: RunPaths, round: number): Promise<OutcomeCounts> {
  const counts = createOutcomeCounts();
  for await (const { result } of finalLines(paths, round)) counts.add(result);
  return counts.counts();
}

async function* toBlocks(
  lines: AsyncIterable<FinalLine>,
  count: (result: ResultLine) => void,
): AsyncGenerator<Uint8Array> {
  let block = '';
  for await (const { text, result } of lines) {
    count(result);
    block += `${text}\n`;
    if (block.length < 1 << 20) continue;
    yield Buffer.from(block);
    block = '';
  }
  yield Buffer.from(block);
}

async function hashFile(path: string): Promise<Sha256> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return sha256Schema.parse(hash.digest('hex'));
}
