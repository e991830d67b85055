import { expect, test } from 'vitest';
import { isEvaluatedAlike } from '../../../../src/engine/llama/probe-context.ts';
import type { TokenContext } from '../../../../src/engine/decode/token-context.ts';
import { createToyContext, createToyModel, type ToyModel } from '../toy-model.ts';

const TEXT = [3, 1, 4, 1, 5];
const model = createToyModel(7);
/** The favourites here, which are others in other contexts. */
const expected = model(TEXT)
  .map((logit, token) => ({ token, logit }))
  .sort((one, other) => other.logit - one.logit)
  .slice(0, 3);

test('a context that gives the logits in every slot passes, and its slots are empty afterwards', async () => {
  for (const slots of [1, 2, 5]) {
    const context = createToyContext(model, { slots, slotTokens: 99 });
    expect(await isEvaluatedAlike(context, TEXT, expected)).toBe(true);
    // The toy refuses to take back what is not there.
    expect(() => context.truncate(0, 1)).toThrow(/take back/);
  }
});

test('other logits, a copy that fails and a batch that mixes its slots are found', async () => {
  const other: ToyModel = (context) =>
    model(context).map((logit) => logit + (context.length === TEXT.length ? 0.1 : 0));
  expect(await isEvaluatedAlike(createToyContext(other, { slots: 2, slotTokens: 99 }), TEXT, expected)).toBe(false);
  const withoutCopy: TokenContext = { ...createToyContext(model, { slots: 2, slotTokens: 99 }), copy: async () => {} };
  expect(await isEvaluatedAlike(withoutCopy, TEXT, expected)).toBe(false);
  const mixing = createToyContext(model, { slots: 2, slotTokens: 99 });
  const mixed: TokenContext = {
    ...mixing,
    evaluate: async (runs) => {
      const places = await mixing.evaluate(runs);
      const stranger = await createToyContext(createToyModel(8), { slots: 1, slotTokens: 99 }).evaluate([
        { slot: 0, tokens: TEXT, asks: true },
      ]);
      return places.length > 1 ? [...places.slice(0, 1), ...stranger] : places;
    },
  };
  expect(await isEvaluatedAlike(mixed, TEXT, expected)).toBe(false);
});

test('a context that throws does not pass', async () => {
  const broken: TokenContext = {
    ...createToyContext(model, { slots: 2, slotTokens: 99 }),
    evaluate: async () => Promise.reject(new Error('no')),
  };
  expect(await isEvaluatedAlike(broken, TEXT, expected)).toBe(false);
});
