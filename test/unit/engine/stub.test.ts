import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sha256Schema } from '../../../schemas/ids.ts';
import { createStubModel } from '../../../src/engine/stub.ts';
import type { CompiledTask } from '../../../src/task/field.ts';
import { validateAnswer } from '../../../src/task/validate-answer.ts';
import { walkAnswer } from '../../../src/task/walk-answer.ts';
import { outputArbitrary, textArbitrary } from './arbitrary-field.ts';

const { signal } = new AbortController();

function taskOf(output: CompiledTask['output']): CompiledTask {
  const task = { name: 'any', kind: 'extract', instructions: 'Do.', output: {} } as const;
  return { task, sha256: sha256Schema.parse('0'.repeat(64)), output };
}

async function answerAll(output: CompiledTask['output'], texts: readonly string[], delayMs = 0) {
  await using model = createStubModel(delayMs);
  await using engine = await model.openTask(taskOf(output));
  return await engine.answerAll(
    texts.map((text) => ({ text })),
    signal,
  );
}

test('the stub answers any schema with a valid answer whose verbatim values stand in the text', async () => {
  await fc.assert(
    fc.asyncProperty(outputArbitrary, textArbitrary, async (output, text) => {
      const hasWord = /[^\s\p{Cc}\p{Cs}]/u.test(text);
      const [result] = await answerAll(output, [text]);
      expect(result?.status).toBe('answered');
      if (result?.status !== 'answered') {
        return;
      }
      const { value, spans, labels } = result.answer;
      expect(!hasWord || validateAnswer(output, value) === null).toBe(true);
      for (const { pointer, field, value: part } of walkAnswer(output, value)) {
        const span = spans[pointer];
        expect(span !== undefined).toBe(field.type === 'verbatim' && part !== null);
        expect(span === undefined || text.slice(span.start, span.end) === part).toBe(true);
      }
      for (const distribution of Object.values(labels)) {
        expect(Object.values(distribution).reduce((sum, probability) => sum + probability, 0)).toBeCloseTo(1, 9);
      }
    }),
    { numRuns: 300 },
  );
});

test('an answer of the stub depends on its own text only: not on neighbours, order, delay or the model instance', async () => {
  await fc.assert(
    fc.asyncProperty(
      outputArbitrary,
      fc.array(textArbitrary, { minLength: 1, maxLength: 4 }),
      async (output, texts) => {
        const together = await answerAll(output, texts, 1);
        const backwards = await answerAll(output, texts.toReversed());
        const alone = await Promise.all(texts.map(async (text) => (await answerAll(output, [text]))[0]));
        expect(together).toEqual(alone);
        expect(backwards.toReversed()).toEqual(alone);
      },
    ),
    { numRuns: 20 },
  );
});

test('a normalised field gets something of its kind where the text has it, and null where it has not', async () => {
  const field = { nullable: true, type: 'verbatim', maxLength: 40 } as const;
  const properties = [
    { name: 'total', field: { ...field, normalize: 'number' } as const },
    { name: 'due', field: { ...field, normalize: 'date' } as const },
    { name: 'currency', field: { ...field, normalize: 'currency' } as const },
  ];
  const output = { nullable: false, type: 'object', properties } as const;
  const texts = Array.from({ length: 40 }, (_, index) => `No. ${index} of 2026-11-24: 9,50 EUR`);
  const values = (await answerAll(output, texts)).map((result) => JSON.stringify(result));
  expect(values.filter((value) => value.includes('"due":"2026-11-24"')).length).toBeGreaterThan(20);
  expect(values.filter((value) => value.includes('"currency":"EUR"')).length).toBeGreaterThan(20);
  expect(values.every((value) => /"total":(null|"[\d,]+")/.test(value))).toBe(true);
  const [empty] = await answerAll(output, ['nothing of the kind']);
  expect(empty).toMatchObject({ answer: { value: { total: null, due: null, currency: null } } });
});

test('a chunk longer than the stub takes is a failed document, not an error', async () => {
  const [result] = await answerAll({ nullable: false, type: 'object', properties: [] }, ['x'.repeat(5000)]);
  expect(result).toMatchObject({ status: 'failed', failure: { code: 'TOO_LONG' } });
});

test('an abort ends the delay at once with its own reason', async () => {
  await using model = createStubModel(600_000);
  await using engine = await model.openTask(taskOf({ nullable: false, type: 'object', properties: [] }));
  const controller = new AbortController();
  const answering = engine.answerAll([{ text: 'a' }], controller.signal);
  const reason = new Error('stop now');
  controller.abort(reason);
  await expect(answering).rejects.toBe(reason);
});

test('a run that was planned with other settings is refused by its name', async () => {
  const opening = createStubModel(0).openTask(taskOf({ nullable: false, type: 'object', properties: [] }), {
    settings: { engine: 'stub', threads: 4 },
    run: 'demo',
  });
  await expect(opening).rejects.toThrow(
    'The run `demo` was planned with the engine settings `{"engine":"stub","threads":4}`',
  );
});
