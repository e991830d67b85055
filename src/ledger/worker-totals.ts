import { z } from 'zod';
import type { TokenCounts } from '../../schemas/answer.ts';
import { type OutcomeCounts, outcomeCountsSchema } from '../../schemas/manifest.ts';

/** Upper bounds, in seconds, of the classes that commits are counted in; one more class holds what took longer. */
export const COMMIT_BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60] as const;

const count = z.int().min(0);
const seconds = z.number().min(0);

/** What a worker did since it started: sums that only grow, so that whoever sees two of them knows the rate between. */
export const workerTotalsSchema = z.object({
  attempts: z.object({ committed: count, alreadyComplete: count, failed: count }),
  /** Of the documents in the parts that this worker committed. */
  outcomes: outcomeCountsSchema,
  tokens: z.object({ prompt: count, cached: count, forced: count, chosen: count }),
  seconds: z.object({ prepare: seconds, answer: seconds, conclude: seconds, commit: seconds }),
  /** How long it took to publish each part. */
  commits: z.object({ classes: z.array(count).length(COMMIT_BOUNDS.length + 1), seconds }),
});
export type WorkerTotals = z.infer<typeof workerTotalsSchema>;

/** Where the seconds of an attempt went: reading and cutting, the model, validating and merging, publishing the part. */
export type PhaseSeconds = Readonly<WorkerTotals['seconds']>;

/** What an attempt that ended well did and cost. */
export type AttemptCost = {
  readonly outcome: 'committed' | 'already-complete';
  readonly outcomes: OutcomeCounts;
  readonly tokens: TokenCounts;
  readonly seconds: PhaseSeconds;
};

export function noTotals(): WorkerTotals {
  return {
    attempts: { committed: 0, alreadyComplete: 0, failed: 0 },
    outcomes: { ok: 0, failed: {}, skipped: {} },
    tokens: { prompt: 0, cached: 0, forced: 0, chosen: 0 },
    seconds: { prepare: 0, answer: 0, conclude: 0, commit: 0 },
    commits: { classes: [0, ...COMMIT_BOUNDS.map(() => 0)], seconds: 0 },
  };
}

/** Adds an attempt to the totals; its documents only where it is the one that committed them. */
export function addAttempt(totals: WorkerTotals, attempt: AttemptCost): void {
  addTo(totals.tokens, attempt.tokens);
  addTo(totals.seconds, attempt.seconds);
  if (attempt.outcome === 'already-complete') {
    totals.attempts.alreadyComplete += 1;
    return;
  }
  totals.attempts.committed += 1;
  totals.outcomes.ok += attempt.outcomes.ok;
  addTo(totals.outcomes.failed, attempt.outcomes.failed);
  addTo(totals.outcomes.skipped, attempt.outcomes.skipped);
  const { commit } = attempt.seconds;
  const found = COMMIT_BOUNDS.findIndex((bound) => commit <= bound);
  const place = found === -1 ? COMMIT_BOUNDS.length : found;
  totals.commits.classes[place] = (totals.commits.classes[place] ?? 0) + 1;
  totals.commits.seconds += commit;
}

function addTo(sums: Record<string, number>, more: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(more)) sums[name] = (sums[name] ?? 0) + value;
}
