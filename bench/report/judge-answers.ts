import { isJsonObject, type JsonValue, parseJson } from '../../schemas/json.ts';
import { jsonValueSchema } from '../../schemas/json.ts';
import { sortLabels } from '../../src/evaluation/sort-labels.ts';
import { canonicalJson } from '../../src/task/canonical-json.ts';
import { compileTask } from '../../src/task/compile-task.ts';
import type { CompiledTask } from '../../src/task/field.ts';
import { normalizeAnswer } from '../../src/task/normalize-answer.ts';
import { validateAnswer } from '../../src/task/validate-answer.ts';
import { walkAnswer } from '../../src/task/walk-answer.ts';
import type { Prepared } from '../sides/side.ts';

/** How good the answers of a side are; shares of all documents, `exact` of those whose right answer is known. */
export type Quality = {
  readonly valid: number;
  readonly exact: number | null;
  /** Copied values that do not stand in their document. */
  readonly ungrounded: number;
};

/** Judges the answers of every side in the same way: as docmill would take them into a result line. */
export function judgeAnswers({ task, documents }: Prepared, answers: readonly JsonValue[]): Quality {
  const compiled = compileTask(task);
  const judged = documents.map((document, index) => judgeAnswer(compiled, document, answers[index] ?? null));
  const known = documents.filter(({ gold }) => gold !== undefined).length;
  const share = (count: number, all: number): number => count / Math.max(1, all);
  return {
    valid: share(judged.filter(({ valid }) => valid).length, documents.length),
    exact: known === 0 ? null : share(judged.filter(({ exact }) => exact).length, known),
    ungrounded: judged.reduce((sum, { ungrounded }) => sum + ungrounded, 0),
  };
}

type Judged = { readonly valid: boolean; readonly exact: boolean; readonly ungrounded: number };

function judgeAnswer(task: CompiledTask, document: Prepared['documents'][number], given: JsonValue): Judged {
  const value = typeof given === 'string' ? jsonValueSchema.safeParse(parseJson(given)).data : given;
  if (value === undefined || validateAnswer(task.output, value) !== null) {
    return { valid: false, exact: false, ungrounded: 0 };
  }
  const copied = walkAnswer(task.output, value).filter(
    ({ field, value }) => field.type === 'verbatim' && typeof value === 'string' && !document.text.includes(value),
  );
  const normal = normalizeAnswer(task.output, value, task.task.locale);
  const answer = 'answer' in normal ? sortLabels(task.output, normal.answer) : null;
  const exact =
    document.gold !== undefined && isJsonObject(answer) && canonicalJson(answer) === canonicalJson(document.gold);
  return { valid: true, exact, ungrounded: [...copied].length };
}
