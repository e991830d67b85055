import { parseArgs } from 'node:util';

export type ChaosOptions = {
  /** Least time that the disturbed run should take: what the stub waits for follows from it. */
  readonly seconds: number;
  readonly seed: number;
  readonly workers: number;
  readonly files: number;
  /** Workers that kill themselves, each at an instant of the commit protocol, all instants in turn. */
  readonly instants: number;
  readonly kills: number;
  readonly zombies: number;
  readonly redisKills: number;
  readonly redisFreezes: number;
  readonly resets: number;
  /** Times in which connections are open and nothing goes through. */
  readonly silences: number;
  readonly flushes: number;
  readonly fullDisks: number;
  /** Times that a worker comes, and that one is told to go. */
  readonly scalings: number;
  /** How often the object storage is killed that the runs are kept in; null where they are kept in a directory. */
  readonly storeKills: number | null;
  /** Whether the workers commit as they must not, to see that it is noticed. */
  readonly wrongCommit: boolean;
};

const DEFAULTS = {
  seconds: 60,
  workers: 3,
  files: 2_000,
  instants: 12,
  kills: 12,
  zombies: 4,
  'redis-kills': 2,
  'redis-freezes': 1,
  resets: 2,
  silences: 1,
  flushes: 1,
  'full-disks': 2,
  scalings: 2,
};

const WRONG_COMMIT = '--wrong-commit';

export const USAGE = `Usage: npm run chaos -- [--seconds S] [--seed N] [--workers W] [--files F] [--instants I] [--kills K]
                       [--zombies Z] [--redis-kills R] [--redis-freezes F] [--resets R]
                       [--silences S] [--flushes E] [--full-disks D] [--scalings C]
                       [--store-kills K: with the runs in object storage, which is killed so often]
                       [${WRONG_COMMIT}: the workers write parts in place, which must be noticed]`;

/** Reads the command line; throws a sentence for what is no whole number. The seed is random where none is given. */
export function readOptions(argv: readonly string[]): ChaosOptions {
  const names = ['seed', 'store-kills', ...Object.keys(DEFAULTS)];
  const { values } = parseArgs({
    args: argv.filter((word) => word !== WRONG_COMMIT),
    options: Object.fromEntries(names.map((name) => [name, { type: 'string' as const }])),
  });
  const read = (name: string, otherwise: number): number => {
    const value = values[name];
    if (value === undefined) return otherwise;
    if (typeof value === 'string' && /^\d{1,9}$/.test(value)) return Number(value);
    throw new Error(`Expected \`--${name}\` to be a whole number, got \`${value}\`.\n${USAGE}`);
  };
  if (argv.includes(WRONG_COMMIT) && values['store-kills'] !== undefined) {
    throw new Error(`\`${WRONG_COMMIT}\` is one to a directory, not to object storage.\n${USAGE}`);
  }
  return {
    seconds: read('seconds', DEFAULTS.seconds),
    seed: read('seed', Math.floor(Math.random() * 1_000_000)),
    workers: Math.max(1, read('workers', DEFAULTS.workers)),
    files: Math.max(1, read('files', DEFAULTS.files)),
    instants: read('instants', DEFAULTS.instants),
    kills: read('kills', DEFAULTS.kills),
    zombies: read('zombies', DEFAULTS.zombies),
    redisKills: read('redis-kills', DEFAULTS['redis-kills']),
    redisFreezes: read('redis-freezes', DEFAULTS['redis-freezes']),
    resets: read('resets', DEFAULTS.resets),
    silences: read('silences', DEFAULTS.silences),
    flushes: read('flushes', DEFAULTS.flushes),
    // A store has no disk that could be filled from here.
    fullDisks: values['store-kills'] === undefined ? read('full-disks', DEFAULTS['full-disks']) : 0,
    scalings: read('scalings', DEFAULTS.scalings),
    storeKills: values['store-kills'] === undefined ? null : read('store-kills', 0),
    wrongCommit: argv.includes(WRONG_COMMIT),
  };
}
