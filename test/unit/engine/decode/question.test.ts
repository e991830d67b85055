import { expect, test } from 'vitest';
import { answerAsk } from '../../../../src/engine/decode/question.ts';
import type { Highest, Place } from '../../../../src/engine/decode/token-context.ts';

function placeOf(highest: Highest): Place {
  return {
    best: async () => [highest],
    bestOf: async () => [highest],
    weigh: async () => [highest],
    highest: async () => highest,
  };
}

test('the most probable token comes with the sum over the whole vocabulary', async () => {
  expect(await answerAsk(placeOf({ token: 7, logit: 2, logTotal: 3 }), { kind: 'highest' })).toEqual({
    logits: [{ token: 7, logit: 2 }],
    logTotal: 3,
  });
});

test.each([
  ['no most probable token', { token: -1, logit: NaN, logTotal: NaN }],
  ['no sum', { token: 7, logit: 2, logTotal: NaN }],
  ['nothing but impossible tokens', { token: 7, logit: -Infinity, logTotal: -Infinity }],
])('a place with %s is a broken model [M14]', async (_, highest) => {
  await expect(answerAsk(placeOf(highest), { kind: 'highest' })).rejects.toThrow('no probability');
});
