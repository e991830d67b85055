import fc from 'fast-check';
import { expect, test } from 'vitest';
import { prepareCopyText } from '../../../../src/engine/answer/copy-text.ts';
import type { Field, ObjectField } from '../../../../src/task/field.ts';
import { validateAnswer } from '../../../../src/task/validate-answer.ts';
import { walkAnswer } from '../../../../src/task/walk-answer.ts';
import { worstCaseBytes } from '../../../../src/task/worst-case.ts';
import { findWrongLabels } from '../find-wrong-labels.ts';
import { outputArbitrary, textArbitrary } from '../arbitrary-field.ts';
import { toyAnswer } from '../toy-answer.ts';
import { createToyModel } from '../toy-model.ts';

test(
  'whatever the model prefers, the answer satisfies the schema and its bounds [M10] [M11] [M12]',
  { timeout: 30_000 },
  () => {
    fc.assert(
      fc.property(outputArbitrary, textArbitrary, fc.nat(), (output, text, seed) => {
        const { value } = toyAnswer(output, text, createToyModel(seed));
        const problem = validateAnswer(output, value);
        // The one exception: a text with nothing to copy leaves a verbatim field that may not be null empty.
        const wrong = [...walkAnswer(output, value)].find(({ pointer }) => pointer === problem?.pointer);
        const isEmpty = prepareCopyText(text).rulesFor({ type: 'verbatim', maxLength: 1 }) === undefined;
        const isUnanswerable = isEmpty && wrong?.field.type === 'verbatim' && wrong.value === '';
        expect(problem === null || isUnanswerable).toBe(true);
        expect(Buffer.byteLength(JSON.stringify(value))).toBeLessThanOrEqual(worstCaseBytes(output));
      }),
      { numRuns: 120 },
    );
  },
);

test(
  'every verbatim value is what its span cuts out of the text, and nothing else has a span',
  { timeout: 30_000 },
  () => {
    fc.assert(
      fc.property(outputArbitrary, textArbitrary, fc.nat(), (output, text, seed) => {
        const { value, spans } = toyAnswer(output, text, createToyModel(seed));
        const copied = new Map<string, unknown>();
        for (const node of walkAnswer(output, value)) {
          if (node.field.type === 'verbatim' && node.value !== null) {
            copied.set(node.pointer, node.value);
          }
        }
        const cut = Object.entries(spans).map(
          ([pointer, { start, end }]) => [pointer, text.slice(start, end)] as const,
        );
        expect(new Map(cut)).toEqual(copied);
      }),
      { numRuns: 120 },
    );
  },
);

test(
  'every leaf has a confidence in [0, 1], and the probabilities of its labels and of null sum to 1',
  { timeout: 30_000 },
  () => {
    fc.assert(
      fc.property(outputArbitrary, textArbitrary, fc.nat(), (output, text, seed) => {
        const answered = toyAnswer(output, text, createToyModel(seed));
        const { value, confidence } = answered;
        const leaves = [...walkAnswer(output, value)].filter(
          (node) => typeof node.value !== 'object' || node.value === null || Object.keys(node.value).length === 0,
        );
        expect(Object.keys(confidence).toSorted()).toEqual(leaves.map(({ pointer }) => pointer).toSorted());
        for (const probability of Object.values(confidence)) {
          expect(probability).toBeGreaterThanOrEqual(0);
          expect(probability).toBeLessThanOrEqual(1);
        }
        expect(findWrongLabels(output, answered)).toEqual([]);
      }),
      { numRuns: 120 },
    );
  },
);

test(
  'an answer that says nothing of other labels has the same values with the same confidence',
  { timeout: 30_000 },
  () => {
    fc.assert(
      fc.property(outputArbitrary, textArbitrary, fc.nat(), (output, text, seed) => {
        const all = toyAnswer(output, text, createToyModel(seed));
        const answer = toyAnswer(output, text, createToyModel(seed), { labelProbabilities: 'answer' });
        expect(answer.labels).toEqual({});
        expect(answer.value).toEqual(all.value);
        expect(answer.spans).toEqual(all.spans);
        expect(Object.keys(answer.confidence)).toEqual(Object.keys(all.confidence));
        const wanted = Object.values(all.confidence);
        for (const [index, probability] of Object.values(answer.confidence).entries()) {
          expect(probability).toBeCloseTo(wanted[index] ?? NaN, 9);
        }
      }),
      { numRuns: 120 },
    );
  },
);

test('null and the labels of a nullable field share 1, whichever of them is the answer', () => {
  const field: Field = { nullable: true, type: 'label', labels: ['a', 'b'] };
  const output: Field & ObjectField = { nullable: false, type: 'object', properties: [{ name: 'k', field }] };
  const seen = new Set<unknown>();
  for (let seed = 0; seed < 20; seed += 1) {
    const { value, confidence, labels } = toyAnswer(output, '', createToyModel(seed));
    const isAbsent = JSON.stringify(value) === '{"k":null}';
    const sum = (labels['/k']?.['a'] ?? NaN) + (labels['/k']?.['b'] ?? NaN);
    expect(isAbsent ? sum + (confidence['/k'] ?? NaN) : Math.max(...Object.values(labels['/k'] ?? {}))).toBeCloseTo(
      isAbsent ? 1 : (confidence['/k'] ?? NaN),
      9,
    );
    seen.add(isAbsent);
  }
  expect(seen.size).toBe(2);
});
