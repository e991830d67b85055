import type { Job } from '../../schemas/job.ts';
import type { OutcomeCounts } from '../../schemas/manifest.ts';
import type { PlannedDocument } from '../../schemas/plan.ts';
import type { ResultLine } from '../../schemas/result.ts';
import { faultPoint } from '../fault-points.ts';
import { createOutcomeCounts } from '../ledger/count-outcomes.ts';
import type { OpenRun } from '../ledger/open-run.ts';
import { commitPart, hasDurablePart } from '../ledger/parts.ts';
import type { Plan } from '../ledger/plan-file.ts';
import type { AttemptCost } from '../ledger/worker-totals.ts';
import { type Answered, NO_SECONDS, NO_TOKENS, answerDocuments } from './answer-documents.ts';
import { holdCommit } from './hold-commit.ts';
import { startLaps } from './laps.ts';
import type { WorkedRun } from './worked-runs.ts';

/** What an attempt did: committed the part, or found that the shard was complete already. */
export type Attempt = AttemptCost & { readonly documents: number };

export type Hooks = {
  /** The part cannot be written for now, because the disk is full or read-only; called again while that lasts. */
  readonly onHeld?: (error: unknown) => void;
};

/** One attempt at a shard, whose documents are answered in this process; null for a shard that no plan has. */
export async function processShard(
  worked: WorkedRun,
  job: Job,
  signal: AbortSignal,
  hooks: Hooks = {},
): Promise<Attempt | null> {
  const answer = (documents: readonly PlannedDocument[]) => answerDocuments(worked, documents, signal);
  return completeShard(worked, job, { answer, signal, ...hooks });
}

/**
 * One attempt at a shard, however its documents are answered: their lines are published as one part, once. Null for a
 * shard that no plan has. Whatever throws is broken infrastructure, and the shard is tried again.
 */
export async function completeShard(
  { open, plan }: { readonly open: OpenRun; readonly plan: (round: number) => Promise<Plan> },
  job: Job,
  options: Hooks & {
    readonly answer: (documents: readonly PlannedDocument[]) => Promise<Answered>;
    readonly signal: AbortSignal;
  },
): Promise<Attempt | null> {
  const { answer, signal, onHeld = () => undefined } = options;
  const { paths } = open;
  const part = paths.part(job.round, job.shard);
  faultPoint('job.taken', part);
  if (await hasDurablePart(paths, job.round, job.shard)) return FOUND_COMPLETE;
  const { shards, readShard } = await plan(job.round);
  if (job.shard >= shards) return null;
  const { documents } = await readShard(job.shard);
  const { lines, tokens, seconds } = await answer(documents);
  // A worker that lost its job would still be refused by the register; it saves itself the work.
  signal.throwIfAborted();
  faultPoint('job.answered', part);
  const lap = startLaps();
  const commit = () => commitPart(open, job.round, job.shard, lines);
  const committed = await holdCommit(commit, { signal, onHeld });
  faultPoint('job.committed', part);
  const cost = { documents: lines.length, seconds: { ...seconds, commit: lap() } };
  if (!committed) return { ...FOUND_COMPLETE, ...cost };
  return { outcome: 'committed', outcomes: countOutcomes(lines), tokens, ...cost };
}

const FOUND_COMPLETE: Attempt = {
  outcome: 'already-complete',
  documents: 0,
  outcomes: { ok: 0, failed: {}, skipped: {} },
  tokens: NO_TOKENS,
  seconds: { ...NO_SECONDS, commit: 0 },
};

function countOutcomes(lines: readonly ResultLine[]): OutcomeCounts {
  const counts = createOutcomeCounts();
  for (const line of lines) counts.add(line);
  return counts.counts();
}
