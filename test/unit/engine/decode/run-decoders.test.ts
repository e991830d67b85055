import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Decoder } from '../../../../src/engine/decode/question.ts';
import { runDecoders, type Schedule } from '../../../../src/engine/decode/run-decoders.ts';
import { keepPromptPrefix } from '../../../../src/engine/decode/prompt-prefix.ts';
import type { Token } from '../../../../src/engine/decode/token-context.ts';
import { createToyContext, createToyModel, runDecoder } from '../toy-model.ts';

const PREFIX = [7, 8, 9];
const { signal } = new AbortController();
const schedule: Schedule = {
  slots: 3,
  slotTokens: 99,
  held: PREFIX.length,
  batchTokens: 4,
  leastTogether: 2,
  leastFree: 1,
};

/** One turn of a decoder: how much of what is written it keeps, and how many tokens it appends. */
type Turn = { readonly keep: number; readonly append: number };

/** A decoder that asks as it is told and returns what it was answered. */
function* follow(turns: readonly Turn[]): Decoder<string> {
  const heard: string[] = [];
  let written: readonly Token[] = [];
  for (const { keep, append } of turns) {
    const kept = written.slice(0, Math.max(keep % (written.length + 1), append === 0 ? 1 : 0));
    // A decoder asks about nothing only where it has written something.
    const more = Array.from(
      { length: kept.length === 0 ? Math.max(1, append) : append },
      (_, index) => (index * 5) % 250,
    );
    written = [...kept, ...more];
    const { logits } = yield { keep: PREFIX.length + kept.length, append: more, ask: { kind: 'best', count: 1 } };
    heard.push(String(logits[0]?.token));
  }
  return heard.join(' ');
}

const turnsArbitrary = fc.array(fc.record({ keep: fc.nat(9), append: fc.nat(9) }), { maxLength: 6 });

async function runAll(all: readonly (readonly Turn[])[], changes: Partial<Schedule> = {}, log: string[] = []) {
  const wanted = { ...schedule, ...changes };
  const context = createToyContext(createToyModel(1), wanted, log);
  await keepPromptPrefix(context, wanted.batchTokens).hold(PREFIX, wanted.slots, signal);
  log.length = 0;
  const starts = all.map((turns) => () => follow(turns));
  return runDecoders(starts, context, wanted, signal);
}

/** What a decoder hears when it is alone with the model. */
function alone(turns: readonly Turn[]): string {
  const model = createToyModel(1);
  return runDecoder(behindPrefix(follow(turns)), model).result;
}

/** Evaluates the prefix first, as a slot does before a decoder takes it. */
function* behindPrefix(decoder: Decoder<string>): Decoder<string> {
  yield { keep: 0, append: PREFIX, ask: { kind: 'highest' } };
  return yield* decoder;
}

test('every decoder hears what it would hear alone, whatever slots, batches and neighbours there are', async () => {
  const scheduleArbitrary = fc.record({
    slots: fc.integer({ min: 1, max: 5 }),
    slotTokens: fc.integer({ min: 60, max: 70 }),
    batchTokens: fc.integer({ min: 5, max: 40 }),
    leastTogether: fc.integer({ min: 1, max: 6 }),
    leastFree: fc.integer({ min: 1, max: 5 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(turnsArbitrary, { maxLength: 9 }), scheduleArbitrary, async (all, changes) => {
      const leastFree = Math.min(changes.leastFree, changes.slots);
      expect(await runAll(all, { ...changes, leastFree })).toEqual(all.map(alone));
    }),
  );
});

test('what is evaluated together follows from the decoders alone', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(turnsArbitrary, { maxLength: 9 }), async (all) => {
      const logs = [[], []] satisfies string[][];
      for (const log of logs) {
        await runAll(all, {}, log);
      }
      expect(logs[0]).toEqual(logs[1]);
    }),
  );
});

test('neighbours read about as many tokens together and ask at once, the shorter ones padded', async () => {
  const log: string[] = [];
  const turns = [6, 5, 6].map((append) => [{ keep: 0, append }]);
  await runAll(turns, { batchTokens: 40 }, log);
  expect(log).toEqual(['0+6? 1+5~1? 2+6?']);
});

test('neighbours that are read together in several batches are asked together behind them', async () => {
  const log: string[] = [];
  const turns = [9, 9, 9].map((append) => [{ keep: 0, append }]);
  await runAll(turns, { batchTokens: 16 }, log);
  expect(log).toEqual(['0+8 1+8', '2+8', '0+1? 1+1? 2+1?']);
});

test('slots that are asked one by one read together what is even, and else all that they have', async () => {
  const log: string[] = [];
  const turns = [9, 9, 3].map((append) => [{ keep: 0, append }]);
  await runAll(turns, { batchTokens: 16, leastTogether: 4 }, log);
  expect(log).toEqual(['0+8 1+8', '0+1?', '1+1?', '2+3?']);
});

test('free slots are filled again as soon as enough of them are free, and until then the last ones move into the gaps', async () => {
  const log: string[] = [];
  const turn = { keep: 0, append: 1 };
  await runAll([[turn], [turn, turn], [turn], [turn]], { slots: 2, leastFree: 2 }, log);
  expect(log).toEqual(['0+1? 1+1?', '1=>0', '0+1?', '0+1? 1+1?']);
});

test('slots catch up alone, then go on together; the last slot moves into a gap when nothing waits for it', async () => {
  const log: string[] = [];
  const turn = (append: number): Turn => ({ keep: 0, append });
  await runAll([[turn(6)], [turn(1), turn(2)], [turn(1), turn(1), turn(1)]], {}, log);
  expect(log).toEqual(['0+4', '0+1', '0+1? 1+1? 2+1?', '2=>0', '1+1', '0+1? 1+1?', '0+1?']);
});

test('too few slots to be worth a batch are evaluated one by one', async () => {
  const log: string[] = [];
  const turn = { keep: 0, append: 6 };
  await runAll([[turn], [turn]], { leastTogether: 3 }, log);
  expect(log).toEqual(['0+4', '1+4', '0+2?', '1+2?']);
});

test('what a slot catches up with alone is one evaluation, however few tokens it has', async () => {
  const log: string[] = [];
  const turns = [4, 5, 1, 1, 1, 1, 1, 1].map((append) => [{ keep: 0, append }]);
  await runAll(turns, { slots: 8, leastTogether: 8 }, log);
  expect(log.slice(0, -1)).toEqual(['0+3', '1+4']);
});

test('an abort is thrown before the next evaluation', async () => {
  const controller = new AbortController();
  const log: string[] = [];
  const context = createToyContext(createToyModel(1), { slots: 1, slotTokens: 99 }, log);
  function* abort(): Decoder<string> {
    yield { keep: 0, append: [1], ask: { kind: 'highest' } };
    controller.abort(new Error('stop now'));
    yield { keep: 1, append: [1], ask: { kind: 'highest' } };
    return '';
  }
  await expect(runDecoders([abort], context, { ...schedule, held: 0 }, controller.signal)).rejects.toThrow('stop now');
  expect(log).toEqual(['0+1?']);
});
