import { expect, test } from 'vitest';
import type { ChunkResult } from '../../schemas/answer.ts';
import { identifyModel, loadModel } from '../../src/engine/load-model.ts';
import { compileTask } from '../../src/task/compile-task.ts';
import { loadTask } from '../../src/task/load-task.ts';

const MODEL = 'models/demo.gguf';
const { signal } = new AbortController();
const texts = [
  'Nordlicht GmbH\nRechnung 2026-118 vom 5. März 2026\nGesamt: EUR 1.204,50',
  'Acme Ltd, invoice A-77, 3 March 2026. 2 x desk lamp, 40.00. Total GBP 80.00',
  'INVOICE 9\nVantrix SA\nTotal USD 12.00',
].map((text) => ({ text }));

test('what is chosen becomes the settings, with or without loading the model; the model decides the rest', async () => {
  const choices = { slots: 3, batchTokens: 128, contextTokens: 1024, flashAttention: false, threads: undefined };
  const identified = await identifyModel(MODEL, choices);
  expect(identified.settings).toMatchObject({ slots: 3, batchTokens: 128, contextTokens: 1024, flashAttention: false });
  expect(identified.settings).toMatchObject({ engine: 'llama', threads: 1 });
  await using model = await loadModel(MODEL, choices);
  expect(model.settings).toEqual(identified.settings);
});

test('the settings of a run win over those that the model was loaded with, to the byte', async () => {
  const task = compileTask(await loadTask('invoice'));
  await using planned = await loadModel(MODEL, { slots: 3, flashAttention: false });
  await using other = await loadModel(MODEL, { slots: 1, batchTokens: 64 });
  await using wanted = await planned.openTask(task);
  await using own = await other.openTask(task);
  await using given = await other.openTask(task, { settings: planned.settings });
  const answers = await wanted.answerAll(texts, signal);
  expect(await given.answerAll(texts, signal)).toEqual(answers);
  // The model's own slots are as they were.
  expect(await own.answerAll(texts, signal)).toHaveLength(texts.length);
});

test('a run that asks for the probability of the answer alone gets it from a worker of other settings', async () => {
  const task = compileTask(await loadTask('ticket'));
  const brief = { labelProbabilities: 'answer' } as const;
  const { settings } = await identifyModel(MODEL, brief);
  await using model = await loadModel(MODEL);
  // Not said where it is not chosen, so that runs from before there was a choice are like those of today.
  expect(model.settings).not.toHaveProperty('labelProbabilities');
  expect(settings).toEqual({ ...model.settings, ...brief });
  await using all = await model.openTask(task);
  await using own = await model.openTask(task, { settings });
  const labelsOf = (results: readonly ChunkResult[]) =>
    results.map((result) => (result.status === 'answered' ? Object.keys(result.answer.labels) : null));
  const names = ['/category', '/urgency', '/sentiment'];
  expect(labelsOf(await all.answerAll(texts, signal))).toEqual(texts.map(() => names));
  expect(labelsOf(await own.answerAll(texts, signal))).toEqual(texts.map(() => []));
  expect(labelsOf(await all.answerAll(texts, signal))).toEqual(texts.map(() => names));
});

test.each([
  { slots: 0 },
  { evaluation: 'apart' },
  { contextTokens: 1_000_000 },
  { contextTokens: 4096 },
  { engine: 'stub' },
  { unheardOf: true },
])('a run that was planned with %j, which this model cannot have, is refused', async (change) => {
  const task = compileTask(await loadTask('ticket'));
  await using model = await loadModel(MODEL);
  const opening = model.openTask(task, { settings: { ...model.settings, ...change }, run: 'demo' });
  await expect(opening).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  await expect(opening).rejects.toThrow(/^The run `demo` was planned with the engine settings /);
});
