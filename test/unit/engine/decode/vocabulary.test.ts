import fc from 'fast-check';
import { expect, test } from 'vitest';
import { answerAutomaton } from '../../../../src/engine/answer/answer-automaton.ts';
import { type AnswerState, stepAll, toBytes } from '../../../../src/engine/answer/answer-state.ts';
import { prepareCopyText } from '../../../../src/engine/answer/copy-text.ts';
import { decodeAnswer } from '../../../../src/engine/decode/decode-answer.ts';
import { createVocabulary } from '../../../../src/engine/decode/vocabulary.ts';
import { outputArbitrary, textArbitrary } from '../arbitrary-field.ts';
import { toyOptions } from '../toy-answer.ts';
import { createToyModel, createToyVocabulary, runDecoder } from '../toy-model.ts';

const vocabulary = createToyVocabulary();
const TOKENS = Array.from({ length: vocabulary.size }, (_, token) => token);

/** Every state on the way through the answer of a random model, byte by byte. */
function statesOf(start: AnswerState, bytes: string): AnswerState[] {
  return Array.from({ length: bytes.length + 1 }, (_, end) => stepAll(start, bytes.slice(0, end))).filter(
    (state) => state !== undefined,
  );
}

test('the tokens that a state accepts are those that it accepts byte by byte', { timeout: 30_000 }, () => {
  fc.assert(
    fc.property(outputArbitrary, textArbitrary, fc.nat(), (output, text, seed) => {
      const start = answerAutomaton(output, prepareCopyText(text));
      const prompt = { held: 0, tokens: [0] };
      const bytes = runDecoder(decodeAnswer(start, prompt, toyOptions), createToyModel(seed)).result?.bytes ?? '';
      for (const state of statesOf(start, bytes).slice(0, 60)) {
        const accepted = TOKENS.filter((token) => {
          const piece = vocabulary.bytesOf(token);
          return piece !== undefined && stepAll(state, piece) !== undefined;
        });
        expect(vocabulary.accepted(state).toSorted((one, other) => one - other)).toEqual(accepted);
      }
    }),
    { numRuns: 60 },
  );
});

test('longer tokens are those that begin with the bytes and go on as the state allows', () => {
  const pieces = ['a', 'ab', 'abc', 'b', undefined, '', 'abd', 'ab'];
  const words = createVocabulary(pieces, () => []);
  const either = (bytes: string): AnswerState => ({
    step: (byte) => (bytes.charCodeAt(0) === byte ? either(bytes.slice(1)) : undefined),
    only: undefined,
    owner: '',
  });
  expect(words.longerThan('a', either('abc'))).toEqual([1, 7, 2]);
  expect(words.longerThan('a', either('abc'), 1)).toEqual([1]);
  expect(words.longerThan('ab', either('abd'))).toEqual([6]);
  expect(words.longerThan('b', either('abd'))).toEqual([]);
  expect(words.longest).toBe(3);
});

test('what no tokens can write is told from what they can', () => {
  const words = createVocabulary(['a', 'bc'], () => []);
  expect(words.canWrite('abca')).toBe(true);
  expect(words.encode('abca')).toEqual([0, 1, 0]);
  expect(words.canWrite('ab')).toBe(false);
  expect(words.canWrite(toBytes('ä'))).toBe(false);
});
