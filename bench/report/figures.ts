import { toLimit } from '../../src/bench/limit.ts';
import { median } from './median.ts';
import type { Result, Round } from './report.ts';

/** Documents per second, the median of the rounds; NaN for a side that was not measured. */
export function rateOf(result: Result, side: string): number {
  return median((result.sides[side] ?? []).map(toRate));
}

/** How many times as fast `side` is as `other`: the median of the ratios within each round. */
export function ratioOf(result: Result, side: string, other: string): number {
  return ratioAcross({ result, side }, { result, side: other });
}

type Measured = { readonly result: Result; readonly side: string };

/** The same for sides of two experiments, for instance on two models. */
export function ratioAcross(one: Measured, other: Measured): number {
  const rates = (measured: Measured): number[] => (measured.result.sides[measured.side] ?? []).map(toRate);
  const [own, others] = [rates(one), rates(other)];
  return median(own.slice(0, others.length).map((rate, round) => rate / (others[round] ?? NaN)));
}

/** The limit in documents per second; NaN where llama.cpp was not built. */
export function limitOf({ limits, needs }: Result): number {
  return median(limits.map((rates) => toLimit(needs, rates)));
}

/** What docmill reaches of the limit, round by round, and then the median. */
export function shareOf({ sides, limits, needs }: Result, side: string): number {
  const rounds = sides[side] ?? [];
  return median(
    rounds.slice(0, limits.length).map((round, index) => {
      const rates = limits[index];
      return rates === undefined ? NaN : toRate(round) / toLimit(needs, rates);
    }),
  );
}

/** The side with the best median whose name `fits`; undefined where there is none. */
export function bestOf(result: Result, fits: (side: string) => boolean): string | undefined {
  const names = Object.keys(result.sides).filter(fits);
  return names.sort((one, other) => rateOf(result, other) - rateOf(result, one))[0];
}

export const isTuned = (side: string): boolean => side.includes('--swa-full') && !side.includes('json_schema');
export const isSchema = (side: string): boolean => side.startsWith('llama-server') && side.includes('json_schema');
export const isDefault = (side: string): boolean => side === 'llama-server, default flags';
export const isPlain = (side: string): boolean => side.startsWith('node-llama-cpp, 8');

/** Tokens per second, read and written. */
export function tokensPerSecond({ needs, sides }: Result, side: string): number {
  return median((sides[side] ?? []).map((round) => toRate(round) * (needs.read + needs.steps)));
}

/** The largest resident memory of any round, in bytes; NaN where it is not known. */
export function peakOf({ sides }: Result, side: string): number {
  return Math.max(...(sides[side] ?? []).map(({ peakMemoryBytes }) => peakMemoryBytes ?? NaN));
}

function toRate({ documents, seconds }: Round): number {
  return documents / seconds;
}
