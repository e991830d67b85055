import fc from 'fast-check';
import { expect, test } from 'vitest';
import { answerAutomaton } from '../../../../src/engine/llama/answer-automaton.ts';
import { prepareCopyText } from '../../../../src/engine/llama/copy-text.ts';
import { toBytes } from '../../../../src/engine/llama/answer-state.ts';
import { decodeAnswer } from '../../../../src/engine/llama/decode-answer.ts';
import type { Field, ObjectField } from '../../../../src/task/field.ts';
import { outputArbitrary, textArbitrary } from '../arbitrary-field.ts';
import { createOracle, createToySource, createToyVocabulary } from '../toy-model.ts';

const vocabulary = createToyVocabulary();
const { signal } = new AbortController();

test(
  'a model that wants a valid answer in its canonical tokens gets it, token for token',
  { timeout: 30_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(outputArbitrary, textArbitrary, fc.nat(), async (output, text, seed) => {
        const start = answerAutomaton(output, prepareCopyText(text));
        const options = { vocabulary, maxTokens: 10_000, signal };
        const wanted = await decodeAnswer(start, [0], { ...options, source: createToySource(seed) });
        const canonical = vocabulary.encode(wanted?.bytes ?? '');
        const oracle = createOracle(canonical);
        const decoded = await decodeAnswer(start, [0], { ...options, source: oracle });
        expect(decoded?.bytes).toBe(wanted?.bytes);
        expect(oracle.tokens.slice(1)).toEqual(canonical.slice(0, Math.max(0, oracle.length - 1)));
      }),
      { numRuns: 150 },
    );
  },
);

function tags(labels: readonly string[], nullable: boolean): Field & ObjectField {
  const items: Field = { nullable: false, type: 'label', labels };
  const array: Field = { nullable, type: 'array', items, minItems: 0, maxItems: labels.length, unique: true };
  return { nullable: false, type: 'object', properties: [{ name: 't', field: array }] };
}

async function decodeWanted(output: Field & ObjectField, json: string) {
  const source = createOracle(vocabulary.encode(toBytes(json)));
  const options = { vocabulary, maxTokens: 1000, signal, source };
  return decodeAnswer(answerAutomaton(output, prepareCopyText('')), [0], options);
}

test('a label that another one begins with is found by the tokens that join its end to what follows', async () => {
  const json = '{"t":["x","x y"]}';
  expect((await decodeWanted(tags(['x y', 'x'], false), json))?.bytes).toBe(json);
});

test('a token that decides between null and an array does not decide about the label that it runs into', async () => {
  const decoded = await decodeWanted(tags(['a', 'b', 'c'], true), '{"t":["a"]}');
  expect(decoded?.bytes).toBe('{"t":["a"]}');
  expect(Object.keys(decoded?.scored.get('/t/0')?.labels ?? {})).toEqual(['a', 'b', 'c']);
});
