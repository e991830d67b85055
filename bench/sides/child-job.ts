import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonValue } from '../../schemas/json.ts';
import { type Place, runPinned } from './pinned.ts';
import type { Measurement, Prepared } from './side.ts';
import { peakMemory, type Timing } from './stopwatch.ts';

/** What a child process of the benchmark is to do. */
export type ChildJob = {
  readonly model: string;
  readonly core: number | undefined;
  readonly prepared: Prepared;
  /** Sequences that are worked on at once, for sides that have such a choice. */
  readonly concurrency?: number;
  readonly constrained?: boolean;
  /** Also say where the time goes, which costs a little of it. */
  readonly profile?: boolean;
  /** Tokens of a slot, where docmill's own number is too small. */
  readonly contextTokens?: number;
  readonly labelProbabilities?: 'answer';
};

/** Runs a script of this folder on its own core, with a job; resolves with what it printed. */
export async function runChild<Result>(
  script: string,
  job: ChildJob,
  place: Place,
  environment: Readonly<Record<string, string>> = {},
): Promise<Result> {
  await using directory = await mkdtempDisposable(join(tmpdir(), 'docmill-bench-'));
  const path = join(directory.path, 'job.json');
  await writeFile(path, JSON.stringify(job));
  const output = await runPinned(process.execPath, [join(import.meta.dirname, script), path], place, environment);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own script printed it
  return JSON.parse(output) as Result;
}

/** What a child prints about itself. */
export function toMeasurement(
  timing: Timing,
  answers: readonly JsonValue[],
  answerTokens: readonly number[],
): Measurement {
  return { ...timing, documents: answers.length, peakMemoryBytes: peakMemory(process.pid), answers, answerTokens };
}
