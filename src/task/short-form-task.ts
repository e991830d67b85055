import type { JsonObject } from '../../schemas/json.ts';
import type { Task } from '../../schemas/task.ts';
import { assertTask } from './assert-task.ts';
import { compileOutput } from './compile-output.ts';
import { isClassified } from './is-classified.ts';
import { parseShortForm } from './parse-short-form.ts';
import { writeInstructions } from './write-instructions.ts';

/**
 * The task of a schema in short form (`--schema 'vendor, total number, category: billing|account'`): it classifies when
 * every field is a label, a boolean or a list of labels, else it extracts. Throws `TASK_INVALID` with the column.
 */
export function shortFormTask(schema: string, options: { readonly name?: string } = {}): Task {
  const output: JsonObject = parseShortForm(schema);
  const { properties } = compileOutput(output);
  const kind = properties.every(({ field }) => isClassified(field)) ? 'classify' : 'extract';
  const task = { name: options.name ?? 'schema', kind, instructions: writeInstructions(kind, output), output };
  assertTask(task);
  return task;
}
