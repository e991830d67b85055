import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadTask } from '../../src/task/load-task.ts';
import { compileTask } from '../../src/task/compile-task.ts';
import type { DataSet, Split } from './data-set.ts';
import { scoreAnswers } from './score-answers.ts';
import { type Figures, type Scores, scoresSchema } from './scores.ts';
import { type Training, type TrainingOptions, trainModel } from './train-model.ts';

/** The scores of one data set, side by side. */
export type Comparison = {
  readonly dataSet: string;
  readonly documents: { readonly train: number; readonly test: number };
  /** Training documents that were left out, by reason. */
  readonly leftOut: Readonly<Record<string, number>>;
  readonly training: Training;
  readonly model: Figures;
  readonly baseline: Figures;
};

type Options = Omit<TrainingOptions, 'directory'> & {
  /** The folder of the public data sets. */
  readonly data: string;
  /** At most so many documents of each part. */
  readonly documents: number;
};

/** Fine-tunes a model on a data set, and scores it and the baseline on the same test documents. */
export async function compareOn(dataSet: DataSet, { data, documents, ...options }: Options): Promise<Comparison> {
  const { leftOut, ...whole } = await dataSet.read(join(data, dataSet.name));
  const split = { train: spread(whole.train, documents), test: spread(whole.test, documents) };
  const baseline = dataSet.figures(await scoreBaseline(dataSet, split));
  await using work = await mkdtempDisposable(join(tmpdir(), 'docmill-quality-'));
  const { training, scores } = await trainModel(dataSet, split, { ...options, directory: work.path });
  return {
    dataSet: dataSet.name,
    documents: { train: split.train.length, test: split.test.length },
    leftOut,
    training,
    model: dataSet.figures(scores),
    baseline,
  };
}

async function scoreBaseline({ task, baseline }: DataSet, split: Split): Promise<Scores> {
  const compiled = compileTask(await loadTask(task));
  return scoresSchema.parse(scoreAnswers(compiled, split.test, await baseline.answer(split)));
}

/** At most `count` values, evenly spread: files are often sorted by label. */
export function spread<Value>(values: readonly Value[], count: number): readonly Value[] {
  const step = Math.max(1, values.length / count);
  return Array.from(
    { length: Math.min(values.length, count) },
    (_, index) => values.slice(Math.floor(index * step))[0],
  ).filter((value) => value !== undefined);
}
