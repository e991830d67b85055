import { type JsonObject, type Pointer, isJsonObject } from '../../schemas/json.ts';
import type { CompiledTask } from '../task/field.ts';
import { normalizeValue } from '../task/normalize.ts';
import { toSchemaOrder } from '../task/to-schema-order.ts';
import { type AnswerProblem, validateAnswer } from '../task/validate-answer.ts';
import { findPlaces } from './find-places.ts';
import { mapVerbatim } from './map-verbatim.ts';

export type CopiedGold =
  | {
      readonly status: 'copied';
      /** The answer as the model writes it: verbatim fields hold texts of the document, members in schema order. */
      readonly answer: JsonObject;
      /** Normalised values whose text was found in the document. */
      readonly located: readonly Pointer[];
      /** Those of them for which several different texts say the same; the first one was taken. */
      readonly ambiguous: readonly Pointer[];
    }
  | { readonly status: 'wrong'; readonly problem: AnswerProblem };

/** Turns a gold answer, final or copied, into the answer that the model is to write about this text. */
export function toCopiedGold({ task, output }: CompiledTask, gold: JsonObject, text: string): CopiedGold {
  const problems: AnswerProblem[] = [];
  const located: Pointer[] = [];
  const ambiguous: Pointer[] = [];
  const answer = mapVerbatim(output, gold, (field, value, pointer) => {
    const places = findPlaces(field, value, { text, locale: task.locale });
    const texts = new Set(places.map(({ start, end }) => text.slice(start, end)));
    const [copied] = texts;
    if (copied === undefined) {
      const kind = field.normalize;
      const problem = `no text of the document ${kind === undefined ? 'is this value' : `says this ${kind}`}`;
      problems.push({ pointer, problem });
      return value;
    }
    if (copied !== value) located.push(pointer);
    if (texts.size > 1) ambiguous.push(pointer);
    if (field.normalize !== undefined && normalizeValue(field.normalize, copied, task.locale) === null) {
      problems.push({ pointer, problem: `the text is no ${field.normalize}` });
    }
    return copied;
  });
  const problem = problems[0] ?? validateAnswer(output, answer);
  if (problem !== null) return { status: 'wrong', problem };
  if (!isJsonObject(answer)) throw new Error('A valid answer is an object.');
  return { status: 'copied', answer: toSchemaOrder(output, answer), located, ambiguous };
}
