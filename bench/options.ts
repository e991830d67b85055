import { parseArgs } from 'node:util';

export type Options = {
  readonly rounds: number;
  readonly core: number;
  /** At most so many documents of each workload. */
  readonly documents: number;
  readonly out: string;
  /** Beginnings of names: where there are any, only experiments with one of them are run. */
  readonly only: readonly string[];
  /** The same for names of sides. */
  readonly sides: readonly string[];
};

/** Whether a name begins with one of those that are wanted, or nothing special is wanted. */
export function isWanted(name: string, wanted: readonly string[]): boolean {
  return wanted.length === 0 || wanted.some((beginning) => name.startsWith(beginning));
}

const HELP = `Compares docmill with its peers and with the limit of this machine, side by side.

  $ npm run bench                              everything, 3 rounds: hours
  $ npm run bench -- --only q4_0/W3 --rounds 1 one model and workload
  $ npm run bench -- --quick                   the demo model and what is built, a minute

  --rounds N     how often every side is measured, in turns (default 3)
  --core N       the core that every side runs on (default 0)
  --documents N  at most so many documents of each workload
  --only NAME    run what begins with this MODEL/WORKLOAD (repeatable)
  --side NAME    only sides that begin with this, such as docmill (repeatable)
  --quick        the demo model, few documents, one round
  --out DIR      where throughput.json, .md and .svg are written (default docs/benchmarks)
`;

/** Reads the command line; prints the help and ends the process where it was asked for. */
export function readOptions(parameters: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...parameters],
    options: {
      rounds: { type: 'string' },
      core: { type: 'string', default: '0' },
      documents: { type: 'string' },
      only: { type: 'string', multiple: true, default: [] },
      side: { type: 'string', multiple: true, default: [] },
      quick: { type: 'boolean', default: false },
      out: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    process.exit(0);
  }
  return {
    rounds: Number(values.rounds ?? (values.quick ? 1 : 3)),
    core: Number(values.core),
    documents: Number(values.documents ?? (values.quick ? 8 : Number.POSITIVE_INFINITY)),
    out: values.out ?? (values.quick ? 'out/bench' : 'docs/benchmarks'),
    only: values.quick ? ['demo/'] : values.only,
    sides: values.side,
  };
}
