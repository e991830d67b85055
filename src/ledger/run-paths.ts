import { tmpdir } from 'node:os';
import type { RunId, RunName } from '../../schemas/ids.ts';
import { isObjectUrl, joinLocation } from '../object-storage/location.ts';
import { storeOf } from './store-of.ts';

/** Where everything of a run is; see "Run directory" in docs/lifecycle.md. */
export type RunPaths = ReturnType<typeof pathsIn>;

/** Where a run that goes by this name under `out` has its `run.json`. */
export function runFileOf(out: string, name: RunName): string {
  return joinLocation(out, name, 'run.json');
}

/** The paths of the run `name` under the output directory `out`, a directory of the file system. */
export function runPaths(out: string, name: RunName): RunPaths {
  return pathsIn(joinLocation(out, name));
}

/**
 * The paths of a run that is there. Object storage has no rename that makes a directory exist at once, so a run has its
 * files under its random id, and exists when its `run.json` names that id.
 */
export function placeOf(out: string, { name, runId }: { readonly name: RunName; readonly runId: RunId }): RunPaths {
  if (!isObjectUrl(out)) return runPaths(out, name);
  return { ...pathsIn(joinLocation(out, name, runId)), runFile: runFileOf(out, name) };
}

/** The paths of the run whose directory is `directory`. */
export function pathsIn(directory: string) {
  const within = (...parts: readonly string[]) => joinLocation(directory, ...parts);
  const stored = isObjectUrl(directory);
  return {
    directory,
    store: storeOf(directory),
    runFile: within('run.json'),
    aliases: within('aliases.jsonl'),
    carried: within('carried.jsonl'),
    input: within('input'),
    parts: within('parts'),
    rounds: within('rounds'),
    state: within('state'),
    manifests: within('manifests'),
    results: within('results.jsonl'),
    usage: within('usage'),
    temporary: within('_tmp'),
    /** A directory of this machine for a file that is made before it has a name in the run. */
    scratch: stored ? tmpdir() : within('_tmp'),
    /**
     * Attempts of this very run: a run that was removed and made again under the same name has another folder, so a worker
     * that still holds the old one can link nothing into the new one.
     */
    attempts: (runId: RunId) => within('_tmp', runId),
    /** What is there as long as this very run is. */
    witness: (runId: RunId) => (stored ? within('plan.jsonl') : within('_tmp', runId)),
    /** Round 1 is the plan of the enqueue; a retry's plan stands under `rounds/`. */
    plan: (round: number) => (round === 1 ? within('plan.jsonl') : within('rounds', `${round}.jsonl`)),
    planIndex: (round: number) => (round === 1 ? within('plan.idx') : within('rounds', `${round}.idx`)),
    part: (round: number, shard: number) => within('parts', partName(round, shard)),
    manifest: (round: number) => within('manifests', `${round}.json`),
  };
}

/** `1-000042.jsonl`: sorts in plan order as long as a round has less than a million shards. */
export function partName(round: number, shard: number): string {
  return `${round}-${String(shard).padStart(6, '0')}.jsonl`;
}

/** Round and shard of a part's file name, or null for any other name. */
export function parsePartName(name: string): { readonly round: number; readonly shard: number } | null {
  const match = /^([1-9]\d{0,3})-(\d{6,8})\.jsonl$/.exec(name);
  return match === null ? null : { round: Number(match[1]), shard: Number(match[2]) };
}
