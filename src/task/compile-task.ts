import { type JsonObject, pointerTo } from '../../schemas/json.ts';
import type { Task } from '../../schemas/task.ts';
import { AppError } from '../errors.ts';
import { sha256Of } from '../sha256.ts';
import { assertTask } from './assert-task.ts';
import { canonicalJson } from './canonical-json.ts';
import { compileOutput } from './compile-output.ts';
import type { CompiledTask, Field, ObjectField } from './field.ts';
import { isClassified } from './is-classified.ts';
import { leafFields } from './leaf-fields.ts';
import { schemaUnsupported } from './schema-unsupported.ts';
import { toSchemaOrder } from './to-schema-order.ts';
import { type AnswerProblem, validateAnswer } from './validate-answer.ts';
import { walkAnswer } from './walk-answer.ts';

/**
 * Checks a task and turns its output schema into fields. Throws `TASK_INVALID`, or `SCHEMA_UNSUPPORTED` with the JSON
 * Pointer (into the output schema) of what cannot be enforced. The hash covers the task's canonical JSON and, because
 * that one sorts members, the order of the fields, which is the order in which the model writes them.
 */
export function compileTask(task: Task): CompiledTask {
  assertTask(task);
  const output = compileOutput(task.output);
  checkKind(task, output);
  const examples = task.examples?.map((example, index) => ({
    ...example,
    answer: checkExample(example, index, output),
  }));
  return {
    task: examples === undefined ? task : { ...task, examples },
    sha256: sha256Of(canonicalJson({ task, order: leafFields(output).map(({ pointer }) => pointer) })),
    output,
  };
}

function checkKind(task: Task, output: ObjectField): void {
  if (task.kind === 'extract') {
    return;
  }
  for (const { name, field } of output.properties) {
    if (!isClassified(field)) {
      throw schemaUnsupported(
        pointerTo('/properties', name),
        'a task of the kind `classify` has labels (`enum`), booleans and arrays of unique labels only; use `extract`',
      );
    }
  }
}

/** An example shows the model what to write, so its answer must be one that the model may write. */
function checkExample(
  example: { readonly text: string; readonly answer: JsonObject },
  index: number,
  output: Field & ObjectField,
): JsonObject {
  const problem = validateAnswer(output, example.answer) ?? findUngrounded(output, example);
  if (problem !== null) {
    throw new AppError(
      'TASK_INVALID',
      `The answer of example ${index + 1} cannot be used at \`${problem.pointer}\`: ${problem.problem}.`,
      { details: { example: index, pointer: problem.pointer } },
    );
  }
  return toSchemaOrder(output, example.answer);
}

function findUngrounded(
  output: Field,
  example: { readonly text: string; readonly answer: JsonObject },
): AnswerProblem | null {
  for (const { pointer, field, value } of walkAnswer(output, example.answer)) {
    if (field.type === 'verbatim' && typeof value === 'string' && !example.text.includes(value)) {
      return { pointer, problem: 'the field is verbatim and this value does not stand in the text of the example' };
    }
  }
  return null;
}
