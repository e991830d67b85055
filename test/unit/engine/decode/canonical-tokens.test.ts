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

test('a token that the model wants and may write costs one question, one that it may not write a second one', () => {
  const text: Field = { nullable: false, type: 'string', minLength: 0, maxLength: 20 };
  const output: Field & ObjectField = { nullable: false, type: 'object', properties: [{ name: 't', field: text }] };
  const kindsOf = (model: ToyModel): string[] => {
    const log: string[] = [];
    const start = answerAutomaton(output, prepareCopyText(''));
    runDecoder(decodeAnswer(start, { held: 0, tokens: PROMPT }, toyOptions), model, log);
    return log.map((line) => line.split(' ')[0] ?? '');
  };
  const wanted = vocabulary.encode(toBytes('{"t":"abc 12"}'));
  expect(new Set(kindsOf(createOracle(PROMPT, wanted)))).toEqual(new Set(['highest']));
  // A byte that no JSON text holds is wanted first, and the end of the text next.
  const contrary: ToyModel = () =>
    Array.from({ length: vocabulary.size }, (_, token) => (token === 1 ? 2 : token === 34 ? 1 : 0));
  const kinds = kindsOf(contrary);
  expect(kinds.length).toBeGreaterThan(0);
  expect(kinds).toEqual(kinds.map((_, index) => (index % 2 === 0 ? 'highest' : 'best')));
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
