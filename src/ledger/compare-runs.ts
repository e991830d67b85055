import type { Run } from '../../schemas/run.ts';

/** What decides the line that a document's content gets. */
export type Question = Pick<Run, 'taskSha256' | 'model' | 'engine' | 'keep' | 'records'>;

/** In which of that two runs differ, in words. */
export function findDifferences(one: Question, other: Question): string[] {
  return namesOfUnequal({
    'the task': [one.taskSha256, other.taskSha256],
    'the model': [one.model.sha256, other.model.sha256],
    'the engine settings': [JSON.stringify(one.engine), JSON.stringify(other.engine)],
    'the fields of records': [JSON.stringify(one.records), JSON.stringify(other.records)],
    'the kept members': [JSON.stringify(one.keep), JSON.stringify(other.keep)],
  });
}

/** The names of the pairs that are not equal. */
export function namesOfUnequal(pairs: Readonly<Record<string, readonly [unknown, unknown]>>): string[] {
  return Object.entries(pairs)
    .filter(([, [one, other]]) => one !== other)
    .map(([name]) => name);
}
