import { expect, test } from 'vitest';
import { measureRates } from '../../../../src/engine/decode/measure-rates.ts';
import type { Place, TokenContext } from '../../../../src/engine/decode/token-context.ts';

/** A context whose evaluations take a fixed time, and the clock that they move. */
function timedContext({ slots, msPerToken, msPerStep }: { slots: number; msPerToken: number; msPerStep: number }) {
  const lengths = Array.from({ length: slots }, () => 0);
  let now = 0;
  const context: TokenContext = {
    slots,
    evaluate: async (runs) => {
      const tokens = runs.reduce((sum, run) => sum + run.tokens.length, 0);
      now += tokens > slots ? tokens * msPerToken : msPerStep;
      for (const run of runs) lengths[run.slot] = (lengths[run.slot] ?? 0) + run.tokens.length;
      return runs.filter(({ asks }) => asks).map(() => unasked);
    },
    truncate: (slot, length) => {
      lengths[slot] = Math.min(lengths[slot] ?? 0, length);
    },
    copy: async (from, to) => {
      lengths[to] = lengths[from] ?? 0;
    },
    [Symbol.asyncDispose]: async () => {},
  };
  return { context, lengths, now: () => now };
}

const unasked: Place = {
  best: async () => [],
  bestOf: async () => [],
  weigh: async () => [],
  highest: async () => ({ token: 0, logit: 0, logTotal: 0 }),
};

const sizes = { prefix: 40, read: 200, batchTokens: 100, tokens: [5, 6, 7] };

test('reading is measured by the token, choosing by the step of all slots', async () => {
  const { context, now } = timedContext({ slots: 4, msPerToken: 2, msPerStep: 10 });
  expect(await measureRates(context, { ...sizes, now })).toEqual({ prefill: 500, decode: 400 });
});

test('where one slot is measured, a step is one token', async () => {
  const { context, now } = timedContext({ slots: 1, msPerToken: 2, msPerStep: 10 });
  expect(await measureRates(context, { ...sizes, now })).toEqual({ prefill: 500, decode: 100 });
});

test('the slots are empty afterwards', async () => {
  const { context, lengths, now } = timedContext({ slots: 4, msPerToken: 2, msPerStep: 10 });
  await measureRates(context, { ...sizes, now });
  expect(lengths).toEqual([0, 0, 0, 0]);
});
