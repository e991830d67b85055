import fc from 'fast-check';
import { expect, test } from 'vitest';
import { answerAutomaton } from '../../../../src/engine/answer/answer-automaton.ts';
import { prepareCopyText } from '../../../../src/engine/answer/copy-text.ts';
import { toBytes } from '../../../../src/engine/answer/answer-state.ts';
import { decodeAnswer } from '../../../../src/engine/decode/decode-answer.ts';
import type { Field, ObjectField } from '../../../../src/task/field.ts';
import { outputArbitrary, textArbitrary } from '../arbitrary-field.ts';
import { toyOptions } from '../toy-answer.ts';
import { createOracle, createToyModel, createToyVocabulary, runDecoder, type ToyModel } from '../toy-model.ts';

const vocabulary = createToyVocabulary();
const PROMPT = [0];

function decode(output: Field & ObjectField, text: string, model: ToyModel) {
  const start = answerAutomaton(output, prepareCopyText(text));
  const prompt = { held: 0, tokens: PROMPT };
  return runDecoder(decodeAnswer(start, prompt, toyOptions), model);
}

test('a model that wants a valid answer in its canonical tokens gets it, token for token', { timeout: 30_000 }, () => {
  fc.assert(
    fc.property(outputArbitrary, textArbitrary, fc.nat(), (output, text, seed) => {
      const wanted = decode(output, text, createToyModel(seed)).result;
      const canonical = vocabulary.encode(wanted?.bytes ?? '');
      const { result, tokens } = decode(output, text, createOracle(PROMPT, canonical));
      expect(result?.bytes).toBe(wanted?.bytes);
      expect(tokens.slice(PROMPT.length)).toEqual(canonical.slice(0, Math.max(0, tokens.length - PROMPT.length)));
    }),
    { numRuns: 150 },
  );
});

function tags(labels: readonly string[], nullable: boolean): Field & ObjectField {
  const items: Field = { nullable: false, type: 'label', labels };
  const array: Field = { nullable, type: 'array', items, minItems: 0, maxItems: labels.length, unique: true };
  return { nullable: false, type: 'object', properties: [{ name: 't', field: array }] };
}

function decodeWanted(output: Field & ObjectField, json: string) {
  return decode(output, '', createOracle(PROMPT, vocabulary.encode(toBytes(json)))).result;
}

test('a label that another one begins with is found by the tokens that join its end to what follows', () => {
  const json = '{"t":["x","x y"]}';
  expect(decodeWanted(tags(['x y', 'x'], false), json)?.bytes).toBe(json);
});

test('a token that decides between null and an array does not decide about the label that it runs into', () => {
  const decoded = decodeWanted(tags(['a', 'b', 'c'], true), '{"t":["a"]}');
  expect(decoded?.bytes).toBe('{"t":["a"]}');
  expect(Object.keys(decoded?.scored.get('/t/0')?.labels ?? {})).toEqual(['a', 'b', 'c']);
});
