import { LEAN_ENVIRONMENT } from '../../src/worker/lean-process.ts';
import { type ChildJob, runChild } from './child-job.ts';
import type { Place } from './pinned.ts';
import type { Measurement, Prepared } from './side.ts';
import type { TimeShares } from './time-native.ts';

/** A measurement of docmill, which also says how many tokens of each answer were chosen and not forced. */
export type DocmillMeasurement = Measurement & {
  readonly chosen: readonly number[];
  /** Where the time went, if that was asked for. */
  readonly shares?: TimeShares;
};

/** Answers a workload with docmill's engine in a process of its own, started as `run` and the image start a worker. */
export async function measureDocmill(
  model: string,
  prepared: Prepared,
  place: Place,
  choices: Pick<ChildJob, 'profile' | 'labelProbabilities'> = {},
): Promise<DocmillMeasurement> {
  const job: ChildJob = { model, core: place.core, prepared, ...choices, ...roomFor(prepared) };
  return runChild<DocmillMeasurement>('docmill-child.ts', job, place, LEAN_ENVIRONMENT);
}

/** docmill's own; a quarter of it stays free for the answer. */
const CONTEXT_TOKENS = 2048;
const DOCUMENT_SHARE = 0.75;

/** A larger context where the documents would else be cut, which no other side does. */
function roomFor({ before, after, documents }: Prepared): { readonly contextTokens?: number } {
  const longest = before.length + after.length + Math.max(...documents.map(({ tokens }) => tokens.length));
  const wanted = Math.ceil(longest / DOCUMENT_SHARE / 256) * 256;
  return wanted > CONTEXT_TOKENS ? { contextTokens: wanted } : {};
}
