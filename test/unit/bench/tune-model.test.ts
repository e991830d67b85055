import { expect, test } from 'vitest';
import { usualWorkloads, workloadOf } from '../../../src/bench/bench-workloads.ts';
import type { Choices } from '../../../src/bench/choose-settings.ts';
import { agreementOf, chooseModelFigures, type ModelFigures } from '../../../src/bench/compare-models.ts';
import { measureSpeed } from '../../../src/bench/measure-speed.ts';
import { settingChoices } from '../../../src/bench/setting-choices.ts';
import { tryModel, type TunedSettings, type TunedTrial, tuneModel } from '../../../src/bench/tune-model.ts';
import { isJsonObject } from '../../../schemas/json.ts';
import type { Model } from '../../../src/engine/engine.ts';
import { createStubModel } from '../../../src/engine/stub.ts';
import { AppError } from '../../../src/errors.ts';
import { compileTask } from '../../../src/task/compile-task.ts';
import { loadTask } from '../../../src/task/load-task.ts';

const { signal } = new AbortController();
const workloads = usualWorkloads(2);
const settings: TunedSettings = { threads: 1, flashAttention: true, batchTokens: 512, slots: 16 };
const choices: Choices<TunedSettings> = {
  threads: [1],
  flashAttention: [true, false],
  batchTokens: [512],
  slots: [16, 1],
};

/** Models whose documents take a fixed time each, and the clock that they move. */
function timedModels() {
  let now = 0;
  const timed = (msPerDocument: number): Model => {
    const stub = createStubModel(0);
    return {
      ...stub,
      openTask: async (task, options) => {
        const engine = await stub.openTask(task, options);
        return {
          ...engine,
          answerAll: async (chunks, signal) => {
            now += msPerDocument * chunks.length;
            return engine.answerAll(chunks, signal);
          },
        };
      },
    };
  };
  return { timed, now: () => now };
}

async function tune(msOf: (settings: TunedSettings) => number): Promise<{ trials: TunedTrial[]; best: TunedTrial }> {
  const { timed, now } = timedModels();
  const trials: TunedTrial[] = [];
  const search = tuneModel({ workloads, choices, load: async (tried) => timed(msOf(tried)), signal, now });
  for (;;) {
    const { done, value } = await search.next();
    if (done === true) return { trials, best: value };
    trials.push(value);
  }
}

test('the fastest settings are found, and measured again beside the usual ones', async () => {
  const { trials, best } = await tune(({ slots, flashAttention }) => (slots === 1 ? 10 : flashAttention ? 40 : 80));
  expect(best.settings).toEqual({ ...settings, slots: 1 });
  expect(trials.slice(-2).map((trial) => trial.settings)).toEqual([settings, best.settings]);
});

test('settings that this machine cannot have are passed over with their reason', async () => {
  const { trials, best } = await tune((tried) => {
    if (tried.slots === 1) throw new AppError('MODEL_INVALID', 'There is no memory for it.');
    return 1;
  });
  expect(best.settings.slots).toBe(16);
  expect(trials.find((trial) => trial.settings.slots === 1)?.problem?.message).toBe('There is no memory for it.');
});

test('a model that cannot be used at all is an error, and so is a bug', async () => {
  const refuse = (error: Error) => () => {
    throw error;
  };
  await expect(tune(refuse(new AppError('MODEL_INVALID', 'It is broken.')))).rejects.toThrow('It is broken.');
  await expect(tune(refuse(new TypeError('a bug')))).rejects.toThrow('a bug');
});

test('two threads count as two workers would', async () => {
  const { timed, now } = timedModels();
  const load = async () => timed(20);
  const one = await tryModel(settings, { workloads, load, signal, now });
  const two = await tryModel({ ...settings, threads: 2 }, { workloads, load, signal, now });
  expect(one.rate).toBeCloseTo(50);
  expect(two.rate).toBeCloseTo(25);
});

test('a measurement says how long the documents took, without the ones to warm up, and what the answers were', async () => {
  const [labels] = usualWorkloads(4);
  if (labels === undefined) throw new Error('there is no workload');
  const { timed, now } = timedModels();
  const speed = await measureSpeed(timed(250), labels, { signal, now });
  expect(speed).toMatchObject({ documents: 2, seconds: 0.5 });
  expect(speed.answers.every(isJsonObject)).toBe(true);
});

test('slots are tried only where an answer is more than labels, and the own setting first', async () => {
  const ticket = workloadOf(compileTask(await loadTask('ticket')), 2);
  const own = { slots: 8, batchTokens: 1024, flashAttention: false, threads: 1 };
  const tried = { cores: 4, quick: false };
  expect(settingChoices(own, { ...tried, workloads: [ticket] })).toEqual({
    threads: [1, 2],
    flashAttention: [false, true],
    batchTokens: [1024, 256, 512],
    slots: [8],
  });
  expect(settingChoices(own, { ...tried, workloads }).slots).toEqual([8, 1, 16, 32]);
  expect(settingChoices({}, { cores: 1, quick: true, workloads })).toEqual({
    threads: [1],
    flashAttention: [true, false],
    batchTokens: [512],
    slots: [16, 1],
  });
});

const speed = (answers: readonly string[]) => ({
  documents: 2,
  seconds: 1,
  needs: { prefix: 1, read: 1, steps: 0 },
  answers,
});
const trial = (rate: number, answers: readonly string[]): TunedTrial => {
  return { settings, rate, problem: null, speeds: { labels: speed(answers) } };
};
const figures = (rate: number, agreement: number): ModelFigures => ({
  reference: String(rate),
  identity: createStubModel(0).identity,
  trial: trial(rate, []),
  limits: {},
  agreement,
});

test('models agree as far as they give the same answers', () => {
  expect(agreementOf(trial(1, ['a', 'b']), trial(1, ['a', 'b']))).toBe(1);
  expect(agreementOf(trial(1, ['a', 'b']), trial(1, ['a', 'c']))).toBe(0.5);
  expect(agreementOf(trial(1, ['a', 'b']), trial(1, []))).toBe(0);
});

test('the fastest model that agrees with the first one is chosen, however much faster another one is', () => {
  const [first, agreeing, other] = [figures(1, 1), figures(2, 0.98), figures(9, 0.5)];
  expect(chooseModelFigures(first, [agreeing, other], 0.98)).toBe(agreeing);
  expect(chooseModelFigures(first, [agreeing, other], 0.99)).toBe(first);
  expect(chooseModelFigures(first, [], 1)).toBe(first);
});
