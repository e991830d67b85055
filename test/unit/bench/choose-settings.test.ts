import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Choices, chooseSettings, type Trial } from '../../../src/bench/choose-settings.ts';

type Settings = { readonly slots: number; readonly fast: boolean };

const choices: Choices<Settings> = { slots: [16, 1, 8, 32], fast: [false, true] };

async function choose(rateOf: (settings: Settings) => number): Promise<{ tried: Trial<Settings>[]; best: Settings }> {
  const measure = (settings: Settings): Trial<Settings> => ({ settings, rate: rateOf(settings) });
  const first = measure({ slots: 16, fast: false });
  const search = chooseSettings(first, choices, async (settings) => measure(settings));
  const tried = [first];
  for (;;) {
    const { done, value } = await search.next();
    if (done === true) return { tried, best: value.settings };
    tried.push(value);
  }
}

test('the defaults stay where nothing is faster', async () => {
  const { best } = await choose(() => 10);
  expect(best).toEqual({ slots: 16, fast: false });
});

test('a setting is tried with the best values of the ones before it', async () => {
  const { tried, best } = await choose(({ slots, fast }) => (slots === 8 ? 20 : 10) + (fast ? 5 : 0));
  expect(tried.at(-1)?.settings).toEqual({ slots: 8, fast: true });
  expect(best).toEqual({ slots: 8, fast: true });
});

test('what is faster by less than noise changes nothing', async () => {
  const { best } = await choose(({ slots }) => (slots === 32 ? 10.2 : 10));
  expect(best.slots).toBe(16);
});

test('settings that cannot be used are passed over', async () => {
  const { best } = await choose(({ slots }) => (slots === 16 ? 0 : slots));
  expect(best.slots).toBe(32);
});

test('the best settings are never slower than any that was tried, but for noise', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.double({ min: 0.1, max: 100, noNaN: true }), { minLength: 8, maxLength: 8 }),
      async (rates) => {
        const rateOf = ({ slots, fast }: Settings): number =>
          rates[choices.slots.indexOf(slots) + (fast ? choices.slots.length : 0)] ?? 0;
        const { tried, best } = await choose(rateOf);
        for (const { rate } of tried) expect(rateOf(best) * 1.03).toBeGreaterThanOrEqual(rate);
      },
    ),
  );
});
