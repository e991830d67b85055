import { parseArgs } from 'node:util';

export type FuzzOptions = {
  /** It ends after so many seconds or so many inputs, whatever comes first. */
  readonly seconds: number;
  readonly count: number;
  readonly seed: number;
  /** The first input: with a count of 1, the one that an earlier run complained about. */
  readonly from: number;
};

export const USAGE = `Usage: npm run fuzz -- [--seconds S] [--count N] [--seed N] [--from N]

Without any option: 60 seconds. With a count alone: until so many inputs are done.`;

/** Reads the command line; throws a sentence for what is no whole number. The seed is random where none is given. */
export function readOptions(argv: readonly string[]): FuzzOptions {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      seconds: { type: 'string' },
      count: { type: 'string' },
      seed: { type: 'string' },
      from: { type: 'string' },
    },
  });
  const read = (name: keyof typeof values, otherwise: number): number => {
    const value = values[name];
    if (value === undefined) return otherwise;
    if (/^\d{1,9}$/.test(value)) return Number(value);
    throw new Error(`Expected \`--${name}\` to be a whole number, got \`${value}\`.\n${USAGE}`);
  };
  return {
    seconds: read('seconds', values.count === undefined ? 60 : Number.POSITIVE_INFINITY),
    count: read('count', Number.POSITIVE_INFINITY),
    seed: read('seed', Math.floor(Math.random() * 1_000_000)),
    from: read('from', 0),
  };
}
