import type { ChunkResult } from '../../schemas/answer.ts';
import type { JsonValue } from '../../schemas/json.ts';
import type { Model } from '../engine/engine.ts';
import { type BenchWorkload, documentsOf } from './bench-workloads.ts';
import { type Needs, needsOf } from './limit.ts';

/** How fast a model answered a workload, and what the documents needed. */
export type Speed = {
  readonly documents: number;
  readonly seconds: number;
  readonly needs: Needs;
  /** One for each document, to compare models; null where there was none. */
  readonly answers: readonly JsonValue[];
};

const WARM_UP = 2;

export type SpeedOptions = {
  readonly signal: AbortSignal;
  /** Milliseconds; only differences matter. */
  readonly now: () => number;
};

/** Answers the documents of a workload once, after two others. */
export async function measureSpeed(
  model: Model,
  workload: BenchWorkload,
  { signal, now }: SpeedOptions,
): Promise<Speed> {
  await using engine = await model.openTask(workload.task);
  const all = documentsOf({ ...workload, documents: workload.documents + WARM_UP }, (text) => model.countTokens(text));
  await engine.answerAll(all.slice(workload.documents), signal);
  const documents = all.slice(0, workload.documents);
  const from = now();
  const results = await engine.answerAll(documents, signal);
  const seconds = (now() - from) / 1000;
  return { documents: documents.length, seconds, needs: toNeeds(results), answers: results.map(toAnswer) };
}

/** What is cached is the prefix that all documents share. */
function toNeeds(results: readonly ChunkResult[]): Needs {
  const counts = results.flatMap((result) => (result.status === 'answered' ? [result.answer.tokens] : []));
  const prefix = Math.max(0, ...counts.map(({ cached }) => cached));
  return needsOf(
    prefix,
    counts.map(({ prompt, forced, chosen }) => ({ read: prompt - prefix, forced, chosen })),
  );
}

function toAnswer(result: ChunkResult): JsonValue {
  return result.status === 'answered' ? result.answer.value : null;
}
