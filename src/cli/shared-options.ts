import { type Command, InvalidArgumentError, Option } from 'commander';
import { type RunName, runNameSchema } from '../../schemas/ids.ts';
import type { Limits } from '../../schemas/run.ts';

/** Options that several commands have, said once. */
export const sharedOptions = {
  out: () => new Option('--out <dir>', 'directory of the runs, or s3://BUCKET/PREFIX (default: `out`)'),
  json: () => new Option('--json', 'print facts as JSON'),
  model: () =>
    new Option(
      '--model <model>',
      'a GGUF file, hf:USER/MODEL:QUANT or a URL, each with an optional #sha256=…, or stub:',
    ),
  modelsDirectory: () => new Option('--dir <dir>', 'directory of pulled models (default: `DOCMILL_MODELS`)'),
  task: () => new Option('--task <task>', 'name of a built-in task, or path of a task file'),
  schema: () =>
    new Option('--schema <fields>', "short form of a task: 'vendor, invoiceNumber, total number, paid bool'"),
  gold: () => new Option('--gold <file>', 'JSONL file of documents with their gold answers'),
  documents: () => new Option('--documents <dir>', 'where the files are that the gold file names'),
  inputRoot: () =>
    new Option('--input-root <name=dir>', 'where an input root of the runs is on this machine (repeatable)')
      .argParser(parseInputRoot)
      .default({}, 'as planned'),
} as const;

/** The options that say what is to be processed, for `run` and `enqueue` alike. */
export function addPlanOptions(command: Command): Command {
  return command
    .option('--input <path...>', 'directories, files, globs, - for stdin, or s3:// URLs of them')
    .addOption(sharedOptions.task())
    .addOption(sharedOptions.schema())
    .addOption(sharedOptions.model())
    .option('--run <name>', 'name of the run (default: made from task, documents and model)', parseRunName)
    .addOption(sharedOptions.out())
    .option('--limit <n>', 'only the first n documents', parseCount)
    .option('--sample <n>', 'only n documents, drawn by --seed', parseCount)
    .option('--seed <n>', 'what --sample draws by', parseCount, 0)
    .option('--text-field <name>', 'member of JSONL records that holds the text (default: text)', parseField)
    .option('--id-field <name>', 'member of JSONL records that holds the id (default: id)', parseField)
    .option('--text-column <name>', 'column of CSV files that holds the text (default: text)', parseColumn)
    .option('--id-column <name>', 'column of CSV files that holds the id (default: id)', parseColumn)
    .option('--keep <fields>', 'members of records to carry through, separated by commas', parseList, [])
    .option(
      '--since <run>',
      'answer what is new or changed since another run, carry its other lines over',
      parseRunName,
    )
    .option('--dedupe', 'answer documents of the same content once')
    .option('--max-failures <n>', 'stop when more than n documents, or n%, failed', parseMaxFailures)
    .option('--deadline <when>', 'stop after a time like 90m or 8h, or at an ISO 8601 moment', parseDeadline)
    .addOption(sharedOptions.json());
}

/** What commander makes of `addPlanOptions`. */
export type PlanFlags = {
  readonly input?: readonly string[];
  readonly task?: string;
  readonly schema?: string;
  readonly model?: string;
  readonly run?: RunName;
  readonly out?: string;
  readonly limit?: number;
  readonly sample?: number;
  readonly seed: number;
  readonly textField?: string;
  readonly idField?: string;
  readonly textColumn?: string;
  readonly idColumn?: string;
  readonly keep: readonly string[];
  readonly since?: RunName;
  readonly dedupe?: boolean;
  readonly maxFailures?: NonNullable<Limits['maxFailures']>;
  readonly deadline?: string;
  readonly json?: boolean;
};

export function parseCount(text: string): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(count)) return count;
  throw new InvalidArgumentError('Expected a whole number.');
}

/** A probability from 0 to 1. */
export function parseProbability(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value <= 1) return value;
  throw new InvalidArgumentError('Expected a number from 0 to 1.');
}

function parseRunName(text: string): RunName {
  const name = runNameSchema.safeParse(text);
  if (name.success) return name.data;
  throw new InvalidArgumentError(
    'Expected letters, digits, `.`, `_` and `-`, beginning with a letter or digit, at most 100.',
  );
}

/** The name of a member, or a JSON Pointer to one. */
function parseField(text: string): string {
  const escapes = /~(?![01])/.test(text);
  if (text !== '' && text !== '/' && !(text.startsWith('/') && escapes)) return text;
  throw new InvalidArgumentError('Expected the name of a member, or a JSON Pointer such as `/customer/name`.');
}

function parseColumn(text: string): string {
  if (text !== '') return text;
  throw new InvalidArgumentError('Expected the name of a column.');
}

function parseList(text: string): string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

function parseMaxFailures(text: string): NonNullable<Limits['maxFailures']> {
  const percent = /^(\d+(?:\.\d+)?)%$/.exec(text);
  if (percent === null) return parseCount(text);
  if (Number(percent[1]) <= 100) return { percent: Number(percent[1]) };
  throw new InvalidArgumentError('Expected at most 100%.');
}

const LAST_MOMENT_MS = Date.parse('9999-12-31T23:59:59.999Z');
const UNIT_SECONDS = { s: 1, m: 60, h: 3600, d: 86_400 } as const;

function parseDeadline(text: string): string {
  const duration = /^(\d+(?:\.\d+)?)([smhd])$/.exec(text);
  const [, amount, unit] = duration ?? [];
  if (unit === 's' || unit === 'm' || unit === 'h' || unit === 'd') {
    return toMoment(Date.now() + Number(amount) * UNIT_SECONDS[unit] * 1000);
  }
  if (/^\d{4}-\d{2}-\d{2}T/.test(text)) return toMoment(Date.parse(text));
  throw wrongDeadline();
}

/** ISO 8601 with a year of four digits, the only form that `run.json` takes. */
function toMoment(ms: number): string {
  if (ms <= LAST_MOMENT_MS) return new Date(ms).toISOString();
  throw wrongDeadline();
}

function wrongDeadline(): InvalidArgumentError {
  return new InvalidArgumentError('Expected a time like `90m`, `8h`, `2d`, or a moment like `2026-12-24T18:00:00Z`.');
}

function parseInputRoot(text: string, roots: Readonly<Record<string, string>>): Record<string, string> {
  const separator = text.indexOf('=');
  if (separator > 0 && separator < text.length - 1) {
    return { ...roots, [text.slice(0, separator)]: text.slice(separator + 1) };
  }
  throw new InvalidArgumentError('Expected NAME=DIR.');
}
