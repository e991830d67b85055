import { z } from 'zod';
import { isClassified } from '../task/is-classified.ts';
import type { BenchWorkload } from './bench-workloads.ts';
import type { Choices } from './choose-settings.ts';
import type { TunedSettings } from './tune-model.ts';

/** What a model that says nothing about them is used with. */
const usual = z.object({
  threads: z.int().catch(1),
  flashAttention: z.boolean().catch(true),
  batchTokens: z.int().catch(512),
  slots: z.int().catch(16),
});

/**
 * The settings to try, the model's own ones first. Two threads are tried where there are two cores, slots only where
 * answers are more than labels, because labels take as many short slots as the documents allow.
 */
export function settingChoices(
  own: Readonly<Record<string, unknown>>,
  {
    workloads,
    cores,
    quick,
  }: { readonly workloads: readonly BenchWorkload[]; readonly cores: number; readonly quick: boolean },
): Choices<TunedSettings> {
  const { threads, flashAttention, batchTokens, slots } = usual.parse(own);
  const usesSlots = workloads.some(({ task }) => task.output.properties.some(({ field }) => !isClassified(field)));
  return {
    threads: startingWith(threads, cores > 1 && !quick ? [1, 2] : []),
    flashAttention: startingWith(flashAttention, [true, false]),
    batchTokens: startingWith(batchTokens, quick ? [] : [256, 512, 1024]),
    slots: startingWith(slots, usesSlots ? (quick ? [1] : [1, 8, 16, 32]) : []),
  };
}

function startingWith<Value>(first: Value, values: readonly Value[]): readonly [Value, ...Value[]] {
  return [first, ...values.filter((value) => value !== first)];
}
