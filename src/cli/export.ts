import { realpath } from 'node:fs/promises';
import type { Command } from 'commander';
import type { JsonObject } from '../../schemas/json.ts';
import { type Parser, openParser } from '../documents/parse-apart/open-parser.ts';
import { AppError } from '../errors.ts';
import { type Conflict, createConflictFinder } from '../evaluation/find-conflicts.ts';
import { isHeldOut } from '../evaluation/is-held-out.ts';
import { type GoldDocument, goldError, readGold } from '../evaluation/read-gold.ts';
import { type CopiedGold, toCopiedGold } from '../evaluation/to-copied-gold.ts';
import { toTrainingLine } from '../evaluation/to-training-line.ts';
import { listenForShutdown } from '../shutdown.ts';
import type { CompiledTask } from '../task/field.ts';
import { chooseGold, chooseTask } from './choose.ts';
import { plural } from '../format.ts';
import { note } from './output.ts';
import { parseProbability, sharedOptions } from './shared-options.ts';
import { toTerminal } from './terminal-text.ts';
import { type LineOfFile, writeAllWhole, writeWhole } from './write-whole.ts';

type ExportFlags = {
  readonly task?: string;
  readonly schema?: string;
  readonly gold?: string;
  readonly documents?: string;
  readonly out: string;
  readonly heldOut?: number;
};

export function addExport(program: Command): void {
  program
    .command('export')
    .description(
      'Write training lines from documents with gold answers: the exact prompt and the answer to be learned.',
    )
    .addOption(sharedOptions.task())
    .addOption(sharedOptions.schema())
    .addOption(sharedOptions.gold())
    .addOption(sharedOptions.documents())
    .option('--out <file>', 'file to write, or - for stdout', '-')
    .option(
      '--held-out <share>',
      'keep this share of the documents for `eval`, as gold lines in FILE.held-out.gold.jsonl',
      parseProbability,
    )
    .addHelpText(
      'after',
      `
Examples:
  $ docmill export --task invoice --gold gold.jsonl --out train.jsonl
  $ docmill export --task invoice --gold gold.jsonl --out train.jsonl --held-out 0.2
  $ docmill export --task ticket --gold examples/tickets.gold.jsonl --documents examples/tickets | head -1`,
    )
    .action(exportGold);
}

async function exportGold(flags: ExportFlags): Promise<void> {
  using shutdown = listenForShutdown();
  const gold = chooseGold(flags);
  const task = await chooseTask(flags);
  const counts = { documents: 0, heldOut: 0, located: 0, ambiguous: 0 };
  const paths = { training: flags.out, heldOut: heldOutPath(flags.out) };
  await checkNotGold(gold, flags.heldOut === undefined ? [paths.training] : Object.values(paths));
  const finder = createConflictFinder();
  const options = {
    documents: flags.documents,
    signal: shutdown.signal,
    share: flags.heldOut ?? 0,
    paths,
    counts,
    onGold: finder.add,
  };
  const lines = exportedLines(task, gold, options);
  if (flags.heldOut === undefined) {
    await writeWhole(flags.out, linesOnly(lines));
  } else {
    if (flags.out === '-') throw new AppError('USAGE', 'Expected `--out FILE` with `--held-out`: it writes two files.');
    await writeAllWhole(Object.values(paths), lines, () => checkSplit(counts, flags.heldOut));
  }
  note(`Exported ${plural(counts.documents, 'document')}.`);
  if (flags.heldOut !== undefined) {
    note(`Kept ${plural(counts.heldOut, 'document')} for \`docmill eval --gold ${paths.heldOut}\`.`);
  }
  noteConflicts(finder.conflicts);
  if (counts.located === 0) return;
  const several =
    counts.ambiguous === 0 ? '' : `; for ${counts.ambiguous} several texts say the same, and the first one was taken`;
  note(`The text of ${plural(counts.located, 'normalised value')} was found in the documents${several}.`);
}

type Counts = { documents: number; heldOut: number; located: number; ambiguous: number };

type ExportOptions = {
  readonly documents: string | undefined;
  readonly signal: AbortSignal;
  readonly share: number;
  readonly paths: { readonly training: string; readonly heldOut: string };
  readonly counts: Counts;
  readonly onGold: (id: string, text: string, answer: JsonObject) => void;
};

/** Whoever names the gold file as the output would lose it. */
async function checkNotGold(gold: string, outputs: readonly string[]): Promise<void> {
  const known = await realpath(gold).catch(() => gold);
  for (const out of outputs) {
    if ((await realpath(out).catch(() => null)) !== known) continue;
    throw new AppError('USAGE', `The output \`${out}\` is the gold file; give another \`--out\`.`);
  }
}

function noteConflicts(conflicts: readonly Conflict[]): void {
  const [first] = conflicts;
  if (first === undefined) return;
  const all = plural(conflicts.length, 'document');
  const have = conflicts.length === 1 ? 'has' : 'have';
  note(
    toTerminal(
      `${all} ${have} the text of an earlier one and another answer, the first is \`${first.id}\` (as \`${first.earlier}\`): one of the two is wrong.`,
    ),
  );
}

async function* exportedLines(
  task: CompiledTask,
  gold: string,
  { documents, signal, share, paths, counts, onGold }: ExportOptions,
): AsyncGenerator<LineOfFile> {
  await using parser = openParser();
  for await (const document of readGold(gold, documents)) {
    if (signal.aborted) throw new AppError('INCOMPLETE', 'Stopped before the end; nothing was written.');
    const text = await readText(document, parser);
    const copied = copyGold(task, document, text);
    onGold(document.id, text, copied.answer);
    if (isHeldOut(text, share)) {
      counts.heldOut += 1;
      yield { path: paths.heldOut, line: `${JSON.stringify({ id: document.id, text, gold: document.gold })}\n` };
      continue;
    }
    counts.documents += 1;
    counts.located += copied.located.length;
    counts.ambiguous += copied.ambiguous.length;
    const line = toTrainingLine(task, { id: document.id, text, answer: copied.answer });
    yield { path: paths.training, line: `${JSON.stringify(line)}\n` };
  }
}

async function* linesOnly(lines: AsyncIterable<LineOfFile>): AsyncGenerator<string> {
  for await (const { line } of lines) yield line;
}

/** `train.held-out.gold.jsonl` beside `train.jsonl`. */
function heldOutPath(out: string): string {
  return `${out.replace(/\.jsonl$/, '')}.held-out.gold.jsonl`;
}

function checkSplit({ documents, heldOut }: Counts, share: number | undefined): void {
  if (documents > 0 && heldOut > 0) return;
  throw new AppError(
    'USAGE',
    `\`--held-out ${share}\` leaves ${plural(documents, 'document')} to learn from and ${heldOut} to judge with; give more documents or another share.`,
  );
}

async function readText(document: GoldDocument, parser: Parser): Promise<string> {
  const read = await document.read(parser);
  if (read.status === 'read') return read.document.text;
  const { code, message } = read.error;
  throw new AppError('USAGE', `${document.place} cannot be learned from: ${code}, ${message}`);
}

function copyGold(task: CompiledTask, document: GoldDocument, text: string): Extract<CopiedGold, { status: 'copied' }> {
  const copied = toCopiedGold(task, document.gold, text);
  if (copied.status === 'wrong') throw goldError(document, copied.problem);
  return copied;
}
