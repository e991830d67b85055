import { expect, test } from 'vitest';
import type { ChunkAnswer, ChunkResult } from '../../../../schemas/answer.ts';
import type { JsonObject } from '../../../../schemas/json.ts';
import { openLlamaEngine } from '../../../../src/engine/llama/open-llama-engine.ts';
import { keepSlots } from '../../../../src/engine/decode/keep-slots.ts';
import type { LlamaSettings } from '../../../../src/engine/llama/read-llama-settings.ts';
import { compileTask } from '../../../../src/task/compile-task.ts';
import { createToyContext, createToyModel, createToyVocabulary } from '../toy-model.ts';

const { signal } = new AbortController();
const vocabulary = createToyVocabulary();
const tokenize = (text: string) => [...vocabulary.encode(Buffer.from(text).toString('latin1'))];
const controls = new Map(['<bos>', '<start_of_turn>', '<end_of_turn>'].map((name) => [name, 256] as const));

const defaults: LlamaSettings = {
  engine: 'llama',
  evaluation: 'together',
  contextTokens: 1000,
  slots: 3,
  batchTokens: 64,
  leastTogether: 2,
  flashAttention: true,
  threads: 1,
};

function open(properties: JsonObject, changes: Partial<LlamaSettings>, log: string[] = [], explain = false) {
  const output = { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };
  const task = compileTask({ name: 'any', kind: 'extract', instructions: 'Do.', output });
  const settings = { ...defaults, ...changes };
  const { get: openSlots } = keepSlots(settings.batchTokens, async (shape) => {
    log.push(`open ${shape.slots}x${shape.slotTokens}`);
    return createToyContext(createToyModel(3), shape, log);
  });
  return openLlamaEngine(task, { openSlots, vocabulary, tokenize, controls, settings }, { explain });
}

function answered(result: ChunkResult | undefined): ChunkAnswer {
  if (result?.status !== 'answered') throw new Error('there is no answer');
  return result.answer;
}

const chunkOf = (tokens: number) => [{ text: '.'.repeat(tokens) }];

const VENDOR = { type: 'string', 'x-docmill': { verbatim: true } };
const PAID = { paid: { type: 'boolean' } };
const NOTE = { note: { type: 'string', minLength: 300, maxLength: 400 } };

/** Integers of 16 digits, one token each. */
function codes(count: number) {
  const items = { type: 'integer', minimum: 1e15, maximum: 9e15 };
  return { codes: { type: 'array', items, minItems: count, maxItems: count } };
}

test('a chunk of the longest length is answered, and one token more is refused before anything is evaluated [M9]', async () => {
  const log: string[] = [];
  const engine = await open(PAID, { contextTokens: 200 }, log);
  const [fits] = await engine.answerAll(chunkOf(engine.maxChunkTokens), signal);
  expect(fits?.status).toBe('answered');
  log.length = 0;
  const [refused] = await engine.answerAll(chunkOf(engine.maxChunkTokens + 1), signal);
  expect(refused).toMatchObject({ status: 'failed', failure: { code: 'TOO_LONG' } });
  expect(log).toEqual([]);
});

test('an answer that finds no room in the context is a failed document, and the next one is not touched by it', async () => {
  const engine = await open(codes(12), { contextTokens: 200 });
  const results = await engine.answerAll([{ text: 'one' }, { text: 'two' }], signal);
  expect(results).toMatchObject([
    { status: 'failed', failure: { code: 'GENERATION_LIMIT' } },
    { status: 'failed', failure: { code: 'GENERATION_LIMIT' } },
  ]);
});

test('where only the answer is weighed, a chunk of several still says how probable each label is, for they are pooled', async () => {
  const topic = { topic: { enum: ['one', 'two', 'three'] } };
  const ask = async (changes: Partial<LlamaSettings>) => {
    const engine = await open(topic, changes);
    const results = await engine.answerAll([{ text: 'alone' }, { text: 'part', isPart: true }], signal);
    return results.map((result) => Object.keys(answered(result).labels['/topic'] ?? {}));
  };
  expect(await ask({})).toEqual([topic.topic.enum, topic.topic.enum]);
  expect(await ask({ labelProbabilities: 'answer' })).toEqual([[], topic.topic.enum]);
});

test('answers do not depend on neighbours or order', async () => {
  const engine = await open({ ...PAID, vendor: VENDOR }, {});
  const chunks = ['one two', 'three "four"', 'fünf'].map((text) => ({ text }));
  // The first time the prompt is evaluated, which shows in the counts of tokens.
  await engine.answerAll(chunks, signal);
  const together = await engine.answerAll(chunks, signal);
  const backwards = await engine.answerAll(chunks.toReversed(), signal);
  expect(backwards.toReversed()).toEqual(together);
  expect(await engine.answerAll(chunks.slice(1, 2), signal)).toEqual(together.slice(1, 2));
});

test('an answer longer than its part of the context may use what a short document leaves', async () => {
  const contextTokens = 1000;
  const engine = await open(codes(20), { contextTokens });
  const [result] = await engine.answerAll([{ text: 'one' }], signal);
  const tokens = result?.status === 'answered' ? result.answer.tokens.chosen : 0;
  expect(tokens).toBeGreaterThan(contextTokens / 4);
});

test('a task whose shortest answer or longest label finds no room in the context is refused', async () => {
  const small = { contextTokens: 300 };
  await expect(open(NOTE, small)).rejects.toThrow(/leaves no room/);
  await expect(open({ kind: { enum: ['a', 'b'.repeat(300)] } }, small)).rejects.toThrow(/leaves no room/);
  await expect(open({ kind: { enum: ['a', 'b'.repeat(30)] } }, small)).resolves.toBeDefined();
});

test('a label as long as the answer may be is scored behind the longest chunk', async () => {
  const engine = await open({ kind: { enum: ['a', 'b'.repeat(80)] } }, { contextTokens: 300 });
  const [result] = await engine.answerAll(chunkOf(engine.maxChunkTokens), signal);
  expect(result?.status).toBe('answered');
});

test('a task whose prompt leaves no room for a document is refused', async () => {
  await expect(open(PAID, { contextTokens: 40 })).rejects.toThrow(/leaves no room/);
});

test('bounds that no number fits are refused with their field', async () => {
  const rate = { type: 'number', minimum: 1.1e-21, maximum: 1.2e-21 };
  await expect(open({ rate }, {})).rejects.toThrow(/`\/rate`/);
});

test('a task of labels opens one slot, every other as many as there are', async () => {
  const log: string[] = [];
  await open({ ...PAID, kind: { enum: ['a', 'b'] } }, {}, log);
  await open({ ...PAID, vendor: VENDOR }, {}, log);
  expect(log).toEqual(['open 1x1000', 'open 3x1000']);
});

test('labels of short documents are answered together, those of long ones alone, and all as they would be one by one', async () => {
  const log: string[] = [];
  const settings = { contextTokens: 2000, slots: 16, batchTokens: 512 };
  const engine = await open({ ...PAID, kind: { enum: ['a', 'ab', 'b'] } }, settings, log);
  const texts = ['one', 'x'.repeat(900), 'two two', 'three', 'four four four', 'five', 'six'];
  const together = await engine.answerAll(
    texts.map((text) => ({ text })),
    signal,
  );
  // The largest that could be asked for come first, so that a lack of memory is said before any document is read.
  expect(log.filter((line) => line.startsWith('open'))).toEqual(['open 15x256', 'open 1x2000']);
  // Some of them are read together, and made even for that.
  expect(log.some((line) => /~.* | .*~/.test(line))).toBe(true);
  const answerOf = (result: ChunkResult | undefined) => ({ ...result, answer: { ...answered(result), tokens: null } });
  for (const [index, text] of texts.entries()) {
    const [alone] = await engine.answerAll([{ text }], signal);
    expect(answerOf(together[index])).toEqual(answerOf(alone));
  }
});

test('labels are answered one by one where slots cannot be evaluated together', async () => {
  const log: string[] = [];
  const settings = { contextTokens: 2000, slots: 16, batchTokens: 512, evaluation: 'apart' } as const;
  const engine = await open(PAID, settings, log);
  await engine.answerAll(
    ['one', 'two', 'three', 'four', 'five'].map((text) => ({ text })),
    signal,
  );
  expect(log.filter((line) => line.startsWith('open'))).toEqual(['open 1x2000']);
});

test('the prompt of a task is evaluated once, copied into the slots that are needed, and kept for the next shard', async () => {
  const log: string[] = [];
  const engine = await open({ vendor: VENDOR }, {}, log);
  const [first] = await engine.answerAll([{ text: 'one' }, { text: 'two' }], signal);
  expect(log.filter((line) => line.includes('=>')).slice(0, 1)).toEqual(['0=>1']);
  log.length = 0;
  const [again] = await engine.answerAll([{ text: 'one' }, { text: 'two' }, { text: 'three' }], signal);
  expect(log.find((line) => line.includes('=>'))).toBe('0=>2');
  expect(
    [first, again].map((result) => (result?.status === 'answered' ? result.answer.tokens.cached > 0 : null)),
  ).toEqual([false, true]);
});

test('an abort throws its reason between two steps and leaves fresh slots [M15]', async () => {
  const controller = new AbortController();
  const reason = new Error('stop now');
  const log: string[] = [];
  const engine = await open(NOTE, {}, log);
  const answering = engine.answerAll([{ text: 'one' }], controller.signal);
  controller.abort(reason);
  await expect(answering).rejects.toBe(reason);
  log.length = 0;
  const [result] = await engine.answerAll([{ text: 'one' }], signal);
  expect(result?.status === 'answered' ? result.answer.tokens.cached : null).toBe(0);
});

test('an abort is thrown while the prompt is read, before its next batch', async () => {
  const log: string[] = [];
  const engine = await open(PAID, { batchTokens: 4 }, log);
  // Aborted when there is something in the log besides the slots.
  const throwIfAborted = () => {
    if (log.length > 1) throw new Error('stop now');
  };
  const aborting = Object.assign(new AbortController().signal, { throwIfAborted });
  await expect(engine.answerAll([{ text: 'one' }], aborting)).rejects.toThrow('stop now');
  expect(log).toEqual(['open 1x1000', '0+4']);
});

test('an explained answer is the same answer, and says of each value that is no label what the schema did to it', async () => {
  const properties = { ...PAID, vendor: VENDOR };
  const chunk = [{ text: 'one two' }];
  const [plain] = await (await open(properties, {})).answerAll(chunk, signal);
  const [explained] = await (await open(properties, {}, [], true)).answerAll(chunk, signal);
  if (plain?.status !== 'answered' || explained?.status !== 'answered') {
    throw new Error('there is no answer');
  }
  const { explanations, ...answer } = explained.answer;
  expect(answer).toEqual(plain.answer);
  expect(plain.answer.explanations).toBeUndefined();
  expect(Object.keys(explanations ?? {})).toEqual(['/vendor']);
});
