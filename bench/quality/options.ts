import { parseArgs } from 'node:util';
import { AppError } from '../../src/errors.ts';

/** What ends a training: a time on the clock, or a number of tokens, which is the same on a busy machine. */
export type Budget = { readonly unit: 'minutes' | 'tokens'; readonly value: number };

export type Options = {
  /** How long to train for each data set. */
  readonly budget: Budget;
  /** AdamW's rate. The default is one for 4 million parameters; one of 270 million takes a twentieth of it. */
  readonly lr: number;
  /** Of the weights in the GGUF file. */
  readonly type: string;
  /** At most so many documents of each part, evenly spread. */
  readonly documents: number;
  readonly dataSets: readonly string[];
  readonly start: string;
  readonly core: number;
  /** Where quality.json and quality.md are written, if anywhere. */
  readonly out: string | undefined;
};

const HELP = `Fine-tunes the demo model on public data and sets its scores beside a simple baseline and published ones.

  $ npm run bench:quality                                        both data sets, 15 minutes of training each
  $ npm run bench:quality -- --data-set banking77 --minutes 60   one of them, for longer
  $ npm run bench:quality -- --tokens 80000 --documents 220 --type f16   does everything work? two minutes

  --minutes N      of training, for each data set (default 15)
  --tokens N       tokens to learn from instead, for each data set: what other work on the machine does not change
  --data-set NAME  banking77 or sroie_receipts (repeatable; default both)
  --lr RATE        of AdamW (default 0.001, for a model of 4 million parameters)
  --type TYPE      of the weights in the GGUF file, q8_0, q4_0 or f16 (default q8_0)
  --documents N    at most so many of each part, evenly spread
  --model FILE     the model to start from (default models/demo.gguf)
  --core N         the core to run on (default 0)
  --out DIR        also write quality.json and quality.md there

DOCMILL_TEST_DATA names the folder of the data sets, DOCMILL_PYTHON a Python with bench/quality/requirements.txt.
`;

/** Reads the command line; undefined where help was asked for and printed. Throws `USAGE` for what it does not know. */
export function readOptions(parameters: readonly string[]): Options | undefined {
  const values = parse(parameters);
  if (values.help) {
    process.stdout.write(HELP);
    return undefined;
  }
  return {
    budget:
      values.tokens === undefined
        ? { unit: 'minutes', value: toNumber('minutes', values.minutes) }
        : { unit: 'tokens', value: toNumber('tokens', values.tokens) },
    lr: toNumber('lr', values.lr),
    documents: values.documents === undefined ? Number.POSITIVE_INFINITY : toNumber('documents', values.documents),
    type: values.type,
    dataSets: values['data-set'],
    start: values.model,
    core: toNumber('core', values.core),
    out: values.out,
  };
}

function parse(parameters: readonly string[]) {
  try {
    return parseArgs({
      args: [...parameters],
      options: {
        minutes: { type: 'string', default: '15' },
        tokens: { type: 'string' },
        lr: { type: 'string', default: '0.001' },
        type: { type: 'string', default: 'q8_0' },
        documents: { type: 'string' },
        'data-set': { type: 'string', multiple: true, default: [] },
        model: { type: 'string', default: 'models/demo.gguf' },
        core: { type: 'string', default: '0' },
        out: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AppError('USAGE', `${reason}; see \`--help\`.`, { cause });
  }
}

function toNumber(name: string, value: string): number {
  const number = Number(value);
  if (value.trim() === '' || !Number.isFinite(number) || number < 0) {
    throw new AppError('USAGE', `Expected \`--${name}\` to be a number, got \`${value}\`.`);
  }
  return number;
}
