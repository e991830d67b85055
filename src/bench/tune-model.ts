import type { Model } from '../engine/engine.ts';
import { type AppError, isAppError } from '../errors.ts';
import type { BenchWorkload } from './bench-workloads.ts';
import { type Choices, chooseSettings, isFaster, type Trial } from './choose-settings.ts';
import { measureSpeed, type Speed, type SpeedOptions } from './measure-speed.ts';

/** Settings that are tried out; together they are what `docmill.json` gets. */
export type TunedSettings = {
  readonly threads: number;
  readonly flashAttention: boolean;
  readonly batchTokens: number;
  readonly slots: number;
};

/** What was measured with one set of settings: every workload by its name, or why they cannot be used here. */
export type TunedTrial = Trial<TunedSettings> & {
  readonly speeds: Readonly<Record<string, Speed>>;
  readonly problem: AppError | null;
};

export type TuneOptions = {
  readonly workloads: readonly BenchWorkload[];
  readonly choices: Choices<TunedSettings>;
  readonly load: (settings: TunedSettings) => Promise<Model>;
} & SpeedOptions;

/**
 * Tries out settings of a model, yields every trial and returns the best: the one with the most documents per second
 * and thread, as the geometric mean over the workloads. Throws what the first trial, with the model's own settings,
 * throws.
 */
export async function* tuneModel(options: TuneOptions): AsyncGenerator<TunedTrial, TunedTrial> {
  const first = await tryModel(firstOf(options.choices), options);
  if (first.problem !== null) throw first.problem;
  yield first;
  const best = yield* chooseSettings(first, options.choices, (settings) => tryModel(settings, options));
  if (best === first) return first;
  // Once more beside each other: the machine may have been slower when the search began.
  const usual = await tryModel(first.settings, options);
  yield usual;
  const again = await tryModel(best.settings, options);
  yield again;
  return isFaster(again, usual) ? again : usual;
}

function firstOf({ threads, flashAttention, batchTokens, slots }: Choices<TunedSettings>): TunedSettings {
  return { threads: threads[0], flashAttention: flashAttention[0], batchTokens: batchTokens[0], slots: slots[0] };
}

/** Measures every workload once. Settings that the machine cannot have, for want of memory, are no error. */
export async function tryModel(
  settings: TunedSettings,
  { workloads, load, ...options }: Omit<TuneOptions, 'choices'>,
): Promise<TunedTrial> {
  try {
    await using model = await load(settings);
    const speeds: Record<string, Speed> = {};
    for (const workload of workloads) speeds[workload.name] = await measureSpeed(model, workload, options);
    return { settings, rate: meanRate(Object.values(speeds)) / settings.threads, speeds, problem: null };
  } catch (error) {
    if (!isAppError(error)) throw error;
    return { settings, rate: 0, speeds: {}, problem: error };
  }
}

function meanRate(speeds: readonly Speed[]): number {
  const logarithms = speeds.map(({ documents, seconds }) => Math.log(documents / seconds));
  return Math.exp(logarithms.reduce((sum, value) => sum + value, 0) / logarithms.length);
}
