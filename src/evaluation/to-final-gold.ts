import { type JsonObject, isJsonObject } from '../../schemas/json.ts';
import type { CompiledTask } from '../task/field.ts';
import { normalizeValue } from '../task/normalize.ts';
import { type AnswerProblem, validateFinal } from '../task/validate-answer.ts';
import { mapVerbatim } from './map-verbatim.ts';
import { sortLabels } from './sort-labels.ts';

/**
 * A gold answer as result lines hold it: copied texts normalised, labels of a multi-label field in schema order. A text
 * that says no date, number or currency is a problem: the gold answer is null there.
 */
export function toFinalGold(
  { task, output }: CompiledTask,
  gold: JsonObject,
): { readonly status: 'final'; readonly answer: JsonObject } | { readonly status: 'wrong'; problem: AnswerProblem } {
  const problems: AnswerProblem[] = [];
  const answer = mapVerbatim(output, gold, (field, value, pointer) => {
    if (field.normalize === undefined || typeof value === 'number') return value;
    const normal = normalizeValue(field.normalize, value, task.locale);
    if (normal === null) problems.push({ pointer, problem: `the text is no ${field.normalize}` });
    return normal ?? value;
  });
  const problem = problems[0] ?? validateFinal(output, answer);
  if (problem !== null) return { status: 'wrong', problem };
  const sorted = sortLabels(output, answer);
  if (!isJsonObject(sorted)) throw new Error('A valid answer is an object.');
  return { status: 'final', answer: sorted };
}
