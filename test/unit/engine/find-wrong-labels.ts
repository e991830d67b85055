import type { ChunkAnswer } from '../../../schemas/answer.ts';
import type { Pointer } from '../../../schemas/json.ts';
import type { Field } from '../../../src/task/field.ts';
import { walkAnswer } from '../../../src/task/walk-answer.ts';

const SMALL = 1e-6;

/**
 * Labels whose probabilities contradict the answer: the entry of a label is its confidence, null has what they leave of
 * 1, and they leave nothing where the field is not nullable. An item of a list shares 1 with the end of the list as well.
 */
export function findWrongLabels(output: Field, { value, confidence, labels }: ChunkAnswer): Pointer[] {
  return [...walkAnswer(output, value)]
    .filter(({ pointer, field, value: leaf }) => {
      const probabilities = labels[pointer];
      if (probabilities === undefined) {
        return false;
      }
      const sum = Object.values(probabilities).reduce((total, probability) => total + probability, 0);
      const own = confidence[pointer] ?? NaN;
      const isItem = /\/\d+$/.test(pointer);
      const isOwn = leaf === null || probabilities[typeof leaf === 'string' ? leaf : JSON.stringify(leaf)] === own;
      const rest = leaf === null ? own : 0;
      const isWhole = isItem || (field.nullable && leaf !== null) || Math.abs(sum + rest - 1) < SMALL;
      return !(isOwn && isWhole && sum + rest < 1 + SMALL);
    })
    .map(({ pointer }) => pointer);
}
