import { createHash } from 'node:crypto';
import type { Manifest, OutcomeCounts } from '../../schemas/manifest.ts';
import type { PlanLine } from '../../schemas/plan.ts';
import { isAppError } from '../errors.ts';
import { mapInOrder } from '../map-in-order.ts';
import { checkAliases } from './aliases.ts';
import { createOutcomeCounts } from './count-outcomes.ts';
import { buildManifest, readManifest } from './finalize-run.ts';
import type { OpenRun } from './open-run.ts';
import { listParts, readPart } from './parts.ts';
import { hashFile } from './hash-file.ts';
import { type Plan, openPlan } from './plan-file.ts';
import { sha256Of } from '../sha256.ts';
import { finalLines } from './result-lines.ts';
import { readState } from './run-state.ts';

export type Verification = {
  readonly status: 'complete' | 'incomplete' | 'corrupt';
  readonly round: number;
  readonly shards: { readonly done: number; readonly total: number };
  readonly outcomes: OutcomeCounts;
  /** What is wrong, one sentence each; empty unless `status` is `corrupt`. */
  readonly problems: readonly string[];
};

/**
 * Derives completeness and hashes again from the files alone, without a queue: the plan against `run.json`, every part
 * against the plan, every manifest against the parts, the results file against all of them.
 */
export async function verifyRun(open: OpenRun): Promise<Verification> {
  const { paths, run } = open;
  const state = await readState(paths);
  const problems: string[] = [];
  const outcomes = createOutcomeCounts();
  let done = 0;
  let total = 0;
  for (let round = 1; round <= state.round; round += 1) {
    const checked = await verifyRound(
      open,
      { round, complete: round < state.round || state.kind === 'complete' },
      problems,
    );
    done += checked.done;
    total += checked.total;
  }
  const complete = done === total && problems.length === 0;
  if (complete) {
    const whole = createHash('sha256');
    for await (const { text, result } of finalLines(paths, state.round)) {
      whole.update(`${text}\n`);
      outcomes.add(result);
    }
    if (state.kind === 'complete' && (await hashFile(paths.results)) !== whole.digest('hex')) {
      problems.push(`\`${paths.results}\` is not what the parts say; \`docmill results ${run.name}\` prints them.`);
    }
  }
  const finished = complete && state.kind !== 'cancelled';
  const status = problems.length > 0 ? 'corrupt' : finished ? 'complete' : 'incomplete';
  return { status, round: state.round, shards: { done, total }, outcomes: outcomes.counts(), problems };
}

type Round = {
  readonly round: number;
  /** Whether the state log says so. */
  readonly complete: boolean;
};

async function verifyRound(
  open: OpenRun,
  { round, complete }: Round,
  problems: string[],
): Promise<{ done: number; total: number }> {
  const { paths } = open;
  const parts = await listParts(paths, round);
  let total = 0;
  let done = 0;
  await collect(problems, async () => {
    await using plan = await openPlan(paths, round);
    total = plan.shards;
    done = [...parts].filter((shard) => shard < total).length;
    const manifest = await readManifest(paths, round);
    if (manifest === null && complete) problems.push(`\`${paths.manifest(round)}\` is missing from a complete round.`);
    await verifyParts(open, plan, { parts, manifest }, problems);
    if (manifest !== null && done === total && problems.length === 0) await verifyManifest(open, manifest, problems);
  });
  for (const shard of parts)
    if (shard >= total) problems.push(`\`${paths.part(round, shard)}\` belongs to no shard of the plan.`);
  return { done, total };
}

/** The plan of a round shard by shard, and of those that have one the part: what it says, and that it is the one of the manifest. */
async function verifyParts(
  open: OpenRun,
  plan: Plan,
  written: { readonly parts: ReadonlySet<number>; readonly manifest: Manifest | null },
  problems: string[],
): Promise<void> {
  const { paths, run } = open;
  const { round } = plan;
  let planned = 0;
  const check = async ({ shard, documents }: PlanLine) => {
    const found: string[] = [];
    if (written.parts.has(shard)) {
      await collect(found, async () => {
        const { bytes } = await readPart(paths, round, shard, documents);
        if (written.manifest === null || written.manifest.parts[shard]?.sha256 === sha256Of(bytes)) return;
        found.push(`\`${paths.part(round, shard)}\` is not the part that \`${paths.manifest(round)}\` names.`);
      });
    }
    return { documents: documents.length, found };
  };
  for await (const { documents, found } of mapInOrder(plan.lines(), paths.store.readsAtOnce, check)) {
    planned += documents;
    problems.push(...found);
  }
  if (round > 1) return;
  await collect(problems, () => checkAliases(open));
  const same = planned === run.documents && plan.shards === run.shards;
  if (same && (await hashFile(paths.plan(1))) === run.planSha256) return;
  problems.push(`\`${paths.plan(1)}\` is not the plan that \`${paths.runFile}\` names.`);
}

/** The CPUs are noted from what workers left behind, so they are no part of the proof. */
async function verifyManifest(open: OpenRun, written: Manifest, problems: string[]): Promise<void> {
  const derived = await buildManifest(open, written.round);
  if (JSON.stringify({ ...written, cpus: [] }) === JSON.stringify({ ...derived, cpus: [] })) return;
  problems.push(`\`${open.paths.manifest(written.round)}\` does not agree with the parts.`);
}

async function collect(problems: string[], check: () => Promise<void>): Promise<void> {
  try {
    await check();
  } catch (error) {
    if (!isAppError(error)) throw error;
    problems.push(error.message);
  }
}
