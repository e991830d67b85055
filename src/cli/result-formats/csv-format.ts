import { type JsonValue, valueAt } from '../../../schemas/json.ts';
import type { ResultLine } from '../../../schemas/result.ts';
import type { Run } from '../../../schemas/run.ts';
import { compileTask } from '../../task/compile-task.ts';
import { toCsvColumns } from './csv-columns.ts';
import { toCsvLine } from './csv-line.ts';
import { leastConfidence } from './least-confidence.ts';
import type { ResultFormat } from './result-format.ts';

/**
 * One row per document, in columns that follow from the run alone: id, status, error, message and flags, each field with
 * its confidence, and the members that the run keeps. Rows end as RFC 4180 wants it.
 */
export function csvFormat({ task, keep }: Pick<Run, 'task' | 'keep'>): ResultFormat {
  const columns = toCsvColumns(compileTask(task).output);
  const head = [
    'id',
    'status',
    'error',
    'message',
    'flags',
    ...columns.flatMap((pointer) => [pointer, `${pointer} confidence`]),
    ...keep.map((name) => `keep.${name}`),
  ];
  const toCells = (line: ResultLine): readonly (JsonValue | undefined)[] => [
    line.id,
    line.status,
    ...(line.status === 'ok' ? [undefined, undefined] : [line.error.code, line.error.message]),
    line.flags?.join(' '),
    ...columns.flatMap((pointer) =>
      line.status === 'ok'
        ? [valueAt(line.answer, pointer), leastConfidence(line.confidence, pointer)]
        : [undefined, undefined],
    ),
    ...keep.map((name) => (Object.hasOwn(line.keep ?? {}, name) ? line.keep?.[name] : undefined)),
  ];
  return {
    head: toCsvLine(head),
    lineEnd: '\r\n',
    toLine: async ({ result }) => ({ text: toCsvLine(toCells(result)) }),
  };
}
