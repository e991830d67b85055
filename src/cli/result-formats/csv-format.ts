import { type JsonValue, valueAt } from '../../../schemas/json.ts';
import type { ResultLine } from '../../../schemas/result.ts';
import type { Run } from '../../../schemas/run.ts';
import { compileTask } from '../../task/compile-task.ts';
import { type CsvColumn, toCsvColumns } from './csv-columns.ts';
import { toCsvLine } from './csv-line.ts';
import { leastConfidence } from './least-confidence.ts';
import type { ResultFormat } from './result-format.ts';

/**
 * One row per document, in columns that follow from the run alone: id, status, error, message and flags, each field with
 * its confidence and, where it is copied, its page, and the members that the run keeps. Rows end as RFC 4180 wants it.
 */
export function csvFormat({ task, keep }: Pick<Run, 'task' | 'keep'>): ResultFormat {
  const columns = toCsvColumns(compileTask(task).output);
  const head = [
    'id',
    'status',
    'error',
    'message',
    'flags',
    ...columns.flatMap(({ pointer, isCopied }) => [
      pointer,
      `${pointer} confidence`,
      ...(isCopied ? [`${pointer} page`] : []),
    ]),
    ...keep.map((name) => `keep.${name}`),
  ];
  const toCells = (line: ResultLine): readonly (JsonValue | undefined)[] => [
    line.id,
    line.status,
    ...(line.status === 'ok' ? [undefined, undefined] : [line.error.code, line.error.message]),
    line.flags?.join(' '),
    ...columns.flatMap((column) => fieldCells(line, column)),
    ...keep.map((name) => (Object.hasOwn(line.keep ?? {}, name) ? line.keep?.[name] : undefined)),
  ];
  return {
    head: toCsvLine(head),
    lineEnd: '\r\n',
    toLine: async ({ result }) => ({ text: toCsvLine(toCells(result)) }),
  };
}

function fieldCells(line: ResultLine, { pointer, isCopied }: CsvColumn): (JsonValue | undefined)[] {
  const page = (value: number | undefined) => (isCopied ? [value] : []);
  if (line.status !== 'ok') return [undefined, undefined, ...page(undefined)];
  const confidence = leastConfidence(line.confidence, pointer);
  return [valueAt(line.answer, pointer), confidence, ...page(line.spans?.[pointer]?.page)];
}
