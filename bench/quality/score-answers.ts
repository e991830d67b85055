import type { JsonObject } from '../../schemas/json.ts';
import { evaluate, type Evaluation } from '../../src/evaluation/evaluate.ts';
import { judgeDocument } from '../../src/evaluation/judge-document.ts';
import { toFinalGold } from '../../src/evaluation/to-final-gold.ts';
import type { CompiledTask } from '../../src/task/field.ts';
import type { Row } from './data-set.ts';

/** Scores answers that no engine gave as `docmill eval` scores a model's: with the same code, on the same gold. */
export function scoreAnswers(task: CompiledTask, rows: readonly Row[], answers: readonly JsonObject[]): Evaluation {
  const judgements = rows.map(({ id, text, gold }, index) => {
    const answer = toFinal(task, answers[index] ?? {});
    const judged = { given: gold, final: toFinal(task, gold), text };
    return judgeDocument(task, judged, { id, status: 'ok', answer, confidence: {} });
  });
  return evaluate(judgements, 1);
}

function toFinal(task: CompiledTask, answer: JsonObject): JsonObject {
  const final = toFinalGold(task, answer);
  if (final.status === 'wrong') throw new Error(`An answer breaks the task at ${final.problem.pointer}`);
  return final.answer;
}
