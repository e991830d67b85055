import type { ChunkResult, TokenCounts } from '../../schemas/answer.ts';
import type { Job } from '../../schemas/job.ts';
import type { OutcomeCounts } from '../../schemas/manifest.ts';
import type { PlannedDocument } from '../../schemas/plan.ts';
import type { ResultLine } from '../../schemas/result.ts';
import { faultPoint } from '../fault-points.ts';
import { readCarriedLine } from '../ledger/carried-lines.ts';
import { createOutcomeCounts } from '../ledger/count-outcomes.ts';
import { commitPart, hasDurablePart } from '../ledger/parts.ts';
import type { AttemptCost, PhaseSeconds } from '../ledger/worker-totals.ts';
import { holdCommit } from './hold-commit.ts';
import { concludeDocument } from './conclude-document.ts';
import { type Prepared, prepareDocument } from './prepare-document.ts';
import type { WorkedRun } from './worked-runs.ts';

/** What an attempt did: committed the part, or found that the shard was complete already. */
export type Attempt = AttemptCost & { readonly documents: number };

export type Hooks = {
  /** The part cannot be written for now, because the disk is full or read-only; called again while that lasts. */
  readonly onHeld?: (error: unknown) => void;
};

/**
 * One attempt at a shard: every document ends in exactly one line, and the lines are published as one part, once. A
 * document that cannot be processed is a line; whatever throws here is broken infrastructure, and the shard is tried
 * again. The engine sees all chunks of the shard at once, so its schedule does not depend on reading times.
 */
export async function processShard(
  worked: WorkedRun,
  job: Job,
  signal: AbortSignal,
  { onHeld = () => undefined }: Hooks = {},
): Promise<Attempt> {
  const { paths } = worked.open;
  const part = paths.part(job.round, job.shard);
  faultPoint('job.taken', part);
  if (await hasDurablePart(paths, job.round, job.shard)) return FOUND_COMPLETE;
  const lap = startLaps();
  const plan = await worked.plan(job.round);
  const { documents } = await plan.readShard(job.shard);
  const prepared = await prepareAll(worked, documents, signal);
  const prepare = lap();
  const chunks = prepared.flatMap((one) => (one.status === 'ready' ? one.chunks : []));
  const results = await worked.engine.answerAll(chunks, signal);
  const answer = lap();
  const lines = concludeAll(worked, prepared, results);
  const conclude = lap();
  // A worker that lost its job would still be refused by the register; it saves itself the work.
  signal.throwIfAborted();
  faultPoint('job.answered', part);
  const commit = () => commitPart(worked.open, job.round, job.shard, lines);
  const committed = await holdCommit(commit, { signal, onHeld });
  faultPoint('job.committed', part);
  const seconds = { prepare, answer, conclude, commit: lap() };
  if (!committed) return { ...FOUND_COMPLETE, documents: lines.length, seconds };
  return {
    outcome: 'committed',
    documents: lines.length,
    outcomes: countOutcomes(lines),
    tokens: sumTokens(results),
    seconds,
  };
}

async function prepareAll(
  worked: WorkedRun,
  documents: readonly PlannedDocument[],
  signal: AbortSignal,
): Promise<Prepared[]> {
  const { engine, model, roots, parser, open } = worked;
  const prepared: Prepared[] = [];
  for (const planned of documents) {
    signal.throwIfAborted();
    const { id, carried } = planned;
    if (carried === undefined) {
      prepared.push(await prepareDocument(planned, { run: open.run, roots, parser, model, engine, signal }));
    } else prepared.push({ status: 'settled', line: await readCarriedLine(open.paths, id, carried) });
  }
  return prepared;
}

function concludeAll(worked: WorkedRun, prepared: readonly Prepared[], results: readonly ChunkResult[]): ResultLine[] {
  let next = 0;
  return prepared.map((one) => {
    if (one.status === 'settled') return one.line;
    const own = results.slice(next, next + one.chunks.length);
    next += one.chunks.length;
    return concludeDocument(one, own, worked.task).line;
  });
}

const NO_TOKENS: TokenCounts = { prompt: 0, cached: 0, forced: 0, chosen: 0 };

const NO_SECONDS: PhaseSeconds = { prepare: 0, answer: 0, conclude: 0, commit: 0 };

const FOUND_COMPLETE: Attempt = {
  outcome: 'already-complete',
  documents: 0,
  outcomes: { ok: 0, failed: {}, skipped: {} },
  tokens: NO_TOKENS,
  seconds: NO_SECONDS,
};

/** Each call gives the seconds since the one before. */
function startLaps(): () => number {
  let sinceMs = performance.now();
  return () => {
    const nowMs = performance.now();
    const seconds = (nowMs - sinceMs) / 1000;
    sinceMs = nowMs;
    return seconds;
  };
}

function countOutcomes(lines: readonly ResultLine[]): OutcomeCounts {
  const counts = createOutcomeCounts();
  for (const line of lines) counts.add(line);
  return counts.counts();
}

function sumTokens(results: readonly ChunkResult[]): TokenCounts {
  return results.reduce((sum, result) => {
    if (result.status === 'failed') return sum;
    const { prompt, cached, forced, chosen } = result.answer.tokens;
    return {
      prompt: sum.prompt + prompt,
      cached: sum.cached + cached,
      forced: sum.forced + forced,
      chosen: sum.chosen + chosen,
    };
  }, NO_TOKENS);
}
