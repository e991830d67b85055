import { expect, test } from 'vitest';
import type { LlamaSequence } from '../../../../src/engine/llama/llama-sequence.ts';
import { openLlamaEngine } from '../../../../src/engine/llama/open-llama-engine.ts';
import type { JsonObject } from '../../../../schemas/json.ts';
import { compileTask } from '../../../../src/task/compile-task.ts';
import { createToySource, createToyVocabulary } from '../toy-model.ts';

const { signal } = new AbortController();
const vocabulary = createToyVocabulary();
const tokenize = (text: string) => [...vocabulary.encode(Buffer.from(text).toString('latin1'))];
const controls = new Map(['<bos>', '<start_of_turn>', '<end_of_turn>'].map((name) => [name, 256] as const));

/** A sequence as the native one, over the toy model. */
function createToySequence(log: string[] = []): LlamaSequence {
  const source = createToySource(3, log);
  return {
    ...source,
    get length() {
      return source.length;
    },
    start: async (prefix) => {
      await source.rewind(0);
      await source.predict(prefix);
      log.push('start');
      return 0;
    },
    reset: async () => {
      log.push('reset');
      await source.rewind(0);
    },
  };
}

function open(properties: JsonObject, contextTokens: number, log: string[] = []) {
  const output = { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };
  const task = compileTask({ name: 'any', kind: 'extract', instructions: 'Do.', output });
  return openLlamaEngine(task, { sequence: createToySequence(log), vocabulary, tokenize, controls, contextTokens });
}

const chunkOf = (tokens: number) => [{ text: '.'.repeat(tokens) }];

const PAID = { paid: { type: 'boolean' } };
const NOTE = { note: { type: 'string', minLength: 300, maxLength: 400 } };

/** Integers of 16 digits, one token each. */
function codes(count: number) {
  const items = { type: 'integer', minimum: 1e15, maximum: 9e15 };
  return { codes: { type: 'array', items, minItems: count, maxItems: count } };
}

test('a chunk of the longest length is answered, and one token more is refused before anything is evaluated', async () => {
  const log: string[] = [];
  const engine = open(PAID, 200, log);
  const [fits] = await engine.answerAll(chunkOf(engine.maxChunkTokens), signal);
  expect(fits?.status).toBe('answered');
  log.length = 0;
  const [refused] = await engine.answerAll(chunkOf(engine.maxChunkTokens + 1), signal);
  expect(refused).toMatchObject({ status: 'failed', failure: { code: 'TOO_LONG' } });
  expect(log).toEqual([]);
});

test('an answer that finds no room in the context is a failed document, and the next one is not touched by it', async () => {
  const engine = open(codes(12), 200);
  const results = await engine.answerAll([{ text: 'one' }, { text: 'two' }], signal);
  expect(results).toMatchObject([
    { status: 'failed', failure: { code: 'GENERATION_LIMIT' } },
    { status: 'failed', failure: { code: 'GENERATION_LIMIT' } },
  ]);
});

test('answers do not depend on neighbours or order', async () => {
  const engine = open({ ...PAID, vendor: { type: 'string', 'x-docmill': { verbatim: true } } }, 1000);
  const chunks = ['one two', 'three "four"', 'fünf'].map((text) => ({ text }));
  const together = await engine.answerAll(chunks, signal);
  const backwards = await engine.answerAll(chunks.toReversed(), signal);
  expect(backwards.toReversed()).toEqual(together);
  expect(await engine.answerAll(chunks.slice(1, 2), signal)).toEqual(together.slice(1, 2));
});

test('an answer longer than its part of the context may use what a short document leaves', async () => {
  const contextTokens = 1000;
  const engine = open(codes(20), contextTokens);
  const [result] = await engine.answerAll([{ text: 'one' }], signal);
  const tokens = result?.status === 'answered' ? result.answer.tokens.chosen : 0;
  expect(tokens).toBeGreaterThan(contextTokens / 4);
});

test('a task whose shortest answer or longest label finds no room in the context is refused', () => {
  expect(() => open(NOTE, 300)).toThrow(/leaves no room/);
  expect(() => open({ kind: { enum: ['a', 'b'.repeat(300)] } }, 300)).toThrow(/leaves no room/);
  expect(() => open({ kind: { enum: ['a', 'b'.repeat(30)] } }, 300)).not.toThrow();
});

test('a label as long as the answer may be is scored behind the longest chunk', async () => {
  const engine = open({ kind: { enum: ['a', 'b'.repeat(80)] } }, 300);
  const [result] = await engine.answerAll(chunkOf(engine.maxChunkTokens), signal);
  expect(result?.status).toBe('answered');
});

test('a task whose prompt leaves no room for a document is refused', () => {
  expect(() => open(PAID, 40)).toThrow(/leaves no room/);
});

test('bounds that no number fits are refused with their field', () => {
  expect(() => open({ rate: { type: 'number', minimum: 1.1e-21, maximum: 1.2e-21 } }, 1000)).toThrow(/`\/rate`/);
});

test('an abort throws its reason between two steps and leaves a fresh sequence', async () => {
  const controller = new AbortController();
  const reason = new Error('stop now');
  const log: string[] = [];
  const answering = open(NOTE, 1000, log).answerAll([{ text: 'one' }], controller.signal);
  controller.abort(reason);
  await expect(answering).rejects.toBe(reason);
  expect(log.at(-1)).toBe('reset');
});
