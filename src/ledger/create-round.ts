import { randomUUID } from 'node:crypto';
import { unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { PlannedDocument } from '../../schemas/plan.ts';
import { AppError } from '../errors.ts';
import { faultPoint } from '../fault-points.ts';
import type { OpenRun } from './open-run.ts';
import { createPlanWriter, indexPlan, openPlan } from './plan-file.ts';
import { latestLines } from './result-lines.ts';
import type { RunPaths } from './run-paths.ts';
import { appendState, readState } from './run-state.ts';

/** A failed document of a complete run, as it was planned, and why it failed. */
export type FailedDocument = { readonly planned: PlannedDocument; readonly code: string };

/** The failed documents of a run in plan order; throws `INCOMPLETE` while a round lacks parts. */
export async function* failedDocuments({ paths, run }: OpenRun): AsyncGenerator<FailedDocument> {
  const state = await readState(paths);
  if (state.kind !== 'complete') {
    throw new AppError(
      'INCOMPLETE',
      `The run \`${run.name}\` is not complete yet; \`retry\` it when \`docmill status ${run.name}\` says so.`,
    );
  }
  await using plan = await openPlan(paths, 1);
  let documents: readonly PlannedDocument[] = [];
  let shard = -1;
  for await (const line of latestLines(paths, state.round)) {
    if (line.shard !== shard) documents = (await plan.readShard(line.shard)).documents;
    shard = line.shard;
    const planned = documents[line.index];
    if (line.result.status === 'failed' && planned !== undefined) yield { planned, code: line.result.error.code };
  }
}

export type OpenedRound = { readonly round: number; readonly documents: number };

/**
 * Opens a new round over `shards`; null when another process opened it at the same time. The plan is set
 * once, its index is derived from it, and the round exists from the moment the state says so.
 */
export async function createRound(
  { paths }: OpenRun,
  shards: AsyncIterable<readonly PlannedDocument[]>,
): Promise<OpenedRound | null> {
  const state = await readState(paths);
  if (state.kind !== 'complete') return null;
  const round = state.round + 1;
  await publishPlan(paths, round, shards);
  faultPoint('round.planned', paths.plan(round));
  const { index, documents } = await indexPlan(paths.plan(round));
  await paths.store.createOnce(paths.temporary, paths.planIndex(round), index);
  faultPoint('round.indexed', paths.planIndex(round));
  const opened = await appendState(paths, state, { state: 'retried', at: new Date().toISOString(), round, documents });
  return opened ? { round, documents } : null;
}

async function publishPlan(
  paths: RunPaths,
  round: number,
  shards: AsyncIterable<readonly PlannedDocument[]>,
): Promise<void> {
  const temporary = join(paths.scratch, `${round}.${randomUUID()}`);
  const temporaryIndex = `${temporary}.idx`;
  try {
    await using plan = await createPlanWriter(temporary, temporaryIndex, round);
    for await (const documents of shards) await plan.append(documents);
    await plan.finish();
    // A round that was written and never opened, because its writer died, is taken up as it is.
    await paths.store.publishOnce(temporary, paths.plan(round));
  } finally {
    await unlink(temporary).catch(() => undefined);
    await unlink(temporaryIndex).catch(() => undefined);
    await paths.store.settle(paths.rounds);
  }
}
