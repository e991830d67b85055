/** Values to try for each setting, the first one being what is used when nothing is better. */
export type Choices<Settings> = { readonly [Name in keyof Settings]: readonly [Settings[Name], ...Settings[Name][]] };

/** One set of settings and how fast it was; a rate of 0 means that it cannot be used on this machine. */
export type Trial<Settings> = { readonly settings: Settings; readonly rate: number };

/** Less is noise, and noise must not change what a run's bytes depend on. */
const MIN_GAIN = 1.03;

/** Whether a trial is faster than another by more than noise. */
export function isFaster(one: Trial<unknown>, other: Trial<unknown>): boolean {
  return one.rate >= other.rate * MIN_GAIN;
}

/**
 * Tries the settings one after another, beginning with the trial of their first values: each other value of the first
 * setting, then each of the second with the best value of the first, and so on. A value is taken when it is at least 3 %
 * faster than the best before. Yields every trial and returns the best one.
 */
export async function* chooseSettings<Settings extends object, Tried extends Trial<Settings>>(
  first: Tried,
  choices: Choices<Settings>,
  measure: (settings: Settings) => Promise<Tried>,
): AsyncGenerator<Tried, Tried> {
  let best = first;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- one value for each name of `Settings`
  for (const name of Object.keys(choices) as (keyof Settings)[]) {
    for (const value of choices[name].slice(1)) {
      const trial = await measure({ ...best.settings, [name]: value });
      yield trial;
      if (isFaster(trial, best)) best = trial;
    }
  }
  return best;
}
