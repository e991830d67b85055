import { expect, test } from 'vitest';
import { type Canary, countWrongCanaries, parseCanaries } from '../../../../src/engine/decode/canaries.ts';
import type { Token } from '../../../../src/engine/decode/token-context.ts';
import { createToyContext, createToyModel, type ToyModel } from '../toy-model.ts';

const model = createToyModel(11);
/** The two most probable tokens. */
function bestBehind(of: ToyModel, tokens: readonly Token[]) {
  const ranked = of(tokens)
    .map((logit, token) => ({ token, logit }))
    .sort((one, other) => other.logit - one.logit);
  const [{ token, logit } = { token: 0, logit: 0 }, second = { token: 0, logit: 0 }] = ranked;
  return { token, place: { at: tokens.length, rival: second.token, margin: logit - second.logit } };
}

/** A prompt and what the model writes behind it, asked about at some places. */
function canaryOf(prompt: readonly Token[], ...ats: readonly number[]) {
  const tokens = [...prompt];
  while (tokens.length <= Math.max(...ats)) tokens.push(bestBehind(model, tokens).token);
  return { tokens, places: ats.map((at) => bestBehind(model, tokens.slice(0, at)).place) };
}

const START = Array.from({ length: 20 }, (_, index) => index);
const first = canaryOf([...START, 65, 66], 22, 24, 27);
const second = canaryOf([...START, 70], 21, 22);

const countWrong = (canaries: readonly Canary[], of: ToyModel = model, contextTokens = 100, log: string[] = []) =>
  countWrongCanaries(createToyContext(of, { slots: 1, slotTokens: 100 }, log), canaries, {
    contextTokens,
    batchTokens: 8,
  });

test('a model that goes on as it did has no wrong canary, and its slot is empty afterwards', async () => {
  const context = createToyContext(model, { slots: 1, slotTokens: 100 });
  const limits = { contextTokens: 100, batchTokens: 8 };
  expect(await countWrongCanaries(context, [first, second], limits)).toBe(0);
  // The toy refuses to take back what is not there.
  expect(() => context.truncate(0, 1)).toThrow(/take back/);
});

test('another model, and answers of another canary, are found', async () => {
  expect(await countWrong([first, second], createToyModel(12))).toBe(2);
  const answers = first.tokens.slice(22);
  expect(await countWrong([{ ...second, tokens: [...second.tokens.slice(0, 21), ...answers] }])).toBe(1);
});

test('each place is asked about: one that differs is enough, and the next canary is not touched by it', async () => {
  for (const { at } of first.places) {
    expect(await countWrong([{ ...first, tokens: first.tokens.with(at, 255) }, second])).toBe(1);
  }
});

test('the same answer by another margin is another model, but for what other batches change', async () => {
  const shifted = (by: number): ToyModel => {
    const [{ at, rival } = { at: 0, rival: 0 }] = second.places;
    return (context) =>
      model(context).map((logit, token) => (context.length === at && token === rival ? logit - by : logit));
  };
  expect(await countWrong([second], shifted(0.4))).toBe(0);
  expect(await countWrong([second], shifted(0.6))).toBe(1);
});

test('what canaries begin with is read once, and no more at once than a batch', async () => {
  const log: string[] = [];
  await countWrong([first, second], model, 100, log);
  expect(log).toEqual(['0+8', '0+8', '0+6?', '0+2?', '0+3?', '0+1?', '0+1?']);
});

test('a canary that is the beginning of the one before is asked about all the same', async () => {
  const short = canaryOf(first.tokens.slice(0, 22), 22);
  expect(await countWrong([first, short])).toBe(0);
  expect(await countWrong([first, { ...short, tokens: short.tokens.with(22, 255) }])).toBe(1);
});

test('a canary that is longer than a slot is passed over', async () => {
  const wrong = { ...first, tokens: first.tokens.with(22, 255) };
  expect(await countWrong([wrong], model, wrong.tokens.length)).toBe(1);
  expect(await countWrong([wrong], model, wrong.tokens.length - 1)).toBe(0);
});

test('canaries are read as they are written', () => {
  const canaries = [{ tokens: [2, 5, 7, 9], places: [{ at: 2, rival: 4, margin: 2.5 }] }];
  expect(parseCanaries(JSON.stringify({ version: 1, canaries }))).toEqual(canaries);
});

test.each([
  '',
  'no JSON',
  '[]',
  '{"version":2,"canaries":[]}',
  '{"version":1,"canaries":[{"tokens":[1,2],"places":[]}]}',
  ...[
    '[{"at":0,"rival":4,"margin":2}]',
    '[{"at":3,"rival":4,"margin":2}]',
    '[{"at":2,"rival":4,"margin":2},{"at":1,"rival":4,"margin":2}]',
    '[{"at":1,"rival":-4,"margin":2}]',
    '[{"at":1,"rival":2,"margin":2}]',
    '[{"at":1,"rival":4}]',
  ].map((places) => `{"version":1,"canaries":[{"tokens":[1,2,3],"places":${places}}]}`),
  '{"version":1,"canaries":[{"tokens":[1,-2,3],"places":[{"at":2,"rival":4,"margin":2}]}]}',
  '{"version":1,"canaries":[{"tokens":[1,2.5,3],"places":[{"at":2,"rival":4,"margin":2}]}]}',
])('%s is refused', (json) => {
  expect(parseCanaries(json)).toBeUndefined();
});
