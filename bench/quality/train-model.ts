import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Place } from '../sides/pinned.ts';
import type { DataSet, Row, Split } from './data-set.ts';
import type { Budget } from './options.ts';
import { pythonPath } from './run-python.ts';
import { runStep } from './run-step.ts';
import { type Scores, scoresSchema } from './scores.ts';

const root = join(import.meta.dirname, '../..');

export type TrainingOptions = {
  /** Where everything is written. */
  readonly directory: string;
  /** The model to start from. */
  readonly start: string;
  readonly budget: Budget;
  readonly lr: number;
  readonly type: string;
  readonly place: Place;
};

const trainingSchema = z.object({ steps: z.number(), tokens: z.number(), seconds: z.number(), cpuSeconds: z.number() });
export type Training = z.infer<typeof trainingSchema>;

/**
 * Fine-tunes a model on a data set as a user would, by `docmill export`, train.py, export.py and `docmill eval`, and
 * resolves with its scores on the test documents.
 */
export async function trainModel(
  { task }: DataSet,
  { train, test }: Split,
  { directory, place, ...options }: TrainingOptions,
): Promise<{ readonly training: Training; readonly scores: Scores }> {
  const inside = (name: string): string => join(directory, name);
  const docmill = (...parameters: string[]) =>
    runStep(process.execPath, [join(root, 'bin/docmill.js'), ...parameters], place);
  const python = (script: string, ...parameters: string[]) =>
    runStep(pythonPath(), [join(root, 'finetune', script), ...parameters], place);

  await writeFile(inside('train.gold.jsonl'), toGoldFile(train));
  await writeFile(inside('test.gold.jsonl'), toGoldFile(test));
  await docmill('export', '--task', task, '--gold', inside('train.gold.jsonl'), '--out', inside('train.jsonl'));
  await python('train.py', '--data', inside('train.jsonl'), '--out', inside('run'), ...learning(options));
  const proof = ['--compare', String(Math.min(100, Math.ceil(train.length / 10)))];
  const trained = ['--model', inside('run/model'), '--lines', inside('train.jsonl')];
  await python('export.py', ...trained, ...proof, '--type', options.type, '--out', inside('model.gguf'));
  const given = ['--task', task, '--gold', inside('test.gold.jsonl'), '--model', inside('model.gguf')];
  const facts: unknown = JSON.parse(await docmill('eval', ...given, '--json'));
  const training: unknown = JSON.parse(await readFile(inside('run/training.json'), 'utf8'));
  return { training: trainingSchema.parse(training), scores: scoresSchema.parse(facts) };
}

function learning({ start, budget, lr }: Pick<TrainingOptions, 'start' | 'budget' | 'lr'>): string[] {
  const options = {
    model: start,
    [budget.unit]: budget.value,
    lr,
    'batch-tokens': 2048,
    'max-tokens': 1536,
    'held-out': 0.05,
    evaluations: 5,
    patience: 0,
    threads: 1,
    seed: 1,
  };
  return Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
}

function toGoldFile(rows: readonly Row[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}
