import type { ChunkAnswer } from '../../../schemas/answer.ts';
import { answerAutomaton } from '../../../src/engine/answer/answer-automaton.ts';
import { prepareCopyText } from '../../../src/engine/answer/copy-text.ts';
import { assembleAnswer } from '../../../src/engine/decode/assemble-answer.ts';
import { decodeAnswer } from '../../../src/engine/decode/decode-answer.ts';
import type { DecodeOptions } from '../../../src/engine/decode/progress.ts';
import type { Field, ObjectField } from '../../../src/task/field.ts';
import { createToyVocabulary, runDecoder, type ToyModel } from './toy-model.ts';

const vocabulary = createToyVocabulary();
const PROMPT = [0];

/** How the tests decode where they say nothing else. */
export const toyOptions: DecodeOptions = { vocabulary, maxTokens: 10_000, explain: false, labelProbabilities: 'all' };

/** What a scripted model answers about a text, by the decoding that real models go through. */
export function toyAnswer(
  output: Field & ObjectField,
  text: string,
  model: ToyModel,
  changes: Partial<DecodeOptions> = {},
): ChunkAnswer {
  const start = answerAutomaton(output, prepareCopyText(text));
  const prompt = { held: 0, tokens: PROMPT };
  const options = { ...toyOptions, ...changes };
  const { result } = runDecoder(decodeAnswer(start, prompt, options), model);
  if (result === undefined) {
    throw new Error('the answer did not end');
  }
  const tokens = { prompt: PROMPT.length, cached: 0 };
  return assembleAnswer(output, text, result, tokens, options.labelProbabilities);
}
