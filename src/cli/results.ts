import { type Command, Option } from 'commander';
import { setTimeout as wait } from 'node:timers/promises';
import type { ResultLine } from '../../schemas/result.ts';
import { readConfig } from '../config.ts';
import { openParser } from '../documents/parse-apart/open-parser.ts';
import { AppError, programErrors, systemCode } from '../errors.ts';
import { finalizeRun } from '../ledger/finalize-run.ts';
import { type OpenRun, openRun } from '../ledger/open-run.ts';
import { type FinalLine, type OnMissing, finalLines, skipMissing } from '../ledger/result-lines.ts';
import { readState } from '../ledger/run-state.ts';
import { listenForShutdown } from '../shutdown.ts';
import { plural } from '../format.ts';
import { note, print } from './output.ts';
import { type FormatName, chooseFormat, formatNames } from './result-formats/choose-format.ts';
import type { LeftOut, ResultFormat } from './result-formats/result-format.ts';
import { parseProbability, sharedOptions } from './shared-options.ts';
import { toTerminal } from './terminal-text.ts';

const LOOK_MS = 500;

type ResultsFlags = {
  readonly follow?: boolean;
  readonly failed?: boolean;
  readonly below?: number;
  readonly format: FormatName;
  readonly inputRoot: Readonly<Record<string, string>>;
  readonly out?: string;
};

export function addResults(program: Command): void {
  program
    .command('results <run>')
    .description('Print the result lines of a run in plan order, while it goes on or afterwards.')
    .option('--follow', 'go on until the run ends')
    .option('--failed', 'failed documents only')
    .option(
      '--below <confidence>',
      'answers with a field below this confidence only: the set to review',
      parseProbability,
    )
    .addOption(new Option('--format <format>', 'form of the lines').choices(formatNames).default('jsonl'))
    .addOption(sharedOptions.inputRoot())
    .addOption(sharedOptions.out())
    .addHelpText(
      'after',
      `
Examples:
  $ docmill results demo-ticket | head -3
  $ docmill results demo-invoice --below 0.8 > review.jsonl
  $ docmill results demo-invoice --format csv > invoices.csv
  $ docmill results demo-invoice --follow | jq .answer.total`,
    )
    .action(results);
}

async function results(name: string, flags: ResultsFlags): Promise<void> {
  if (flags.failed === true && flags.below !== undefined) {
    throw new AppError('USAGE', 'Expected either `--failed` or `--below`: a failed document has no confidence.');
  }
  using shutdown = listenForShutdown();
  const { out } = readConfig(flags, process.env, process.cwd());
  const open = await openRun(out, name);
  const { round } = flags.follow === true ? await readState(open.paths) : await finalizeIfAllowed(open);
  let missed = false;
  const { follows, decide } = flags.follow === true ? waitWhileOpen(open, shutdown.signal) : skipMissing;
  const onMissing: OnMissing = {
    follows,
    decide: async () => {
      const decision = await decide();
      missed ||= decision !== 'look-again';
      return decision;
    },
  };
  await using parser = openParser();
  const format = chooseFormat(flags.format, open, { inputRoots: flags.inputRoot, parser });
  const leftOut = await printLines(finalLines(open.paths, round, onMissing), format, flags);
  for (const [why, count] of leftOut) note(`Left out: ${plural(count, 'document')} ${reasons[why]}.`);
  // Asked of what was printed: a part that came meanwhile is not in it.
  if (missed) note('Not complete: documents of missing shards were left out.');
  if (missed || leftOut.has('unreadable')) process.exitCode = programErrors.INCOMPLETE.exit;
}

const reasons = {
  unanswered: 'without an answer, which this format cannot show',
  unreadable: 'whose text, which this format holds, cannot be read as it was planned; `--input-root` says where it is',
} as const satisfies Record<LeftOut, string>;

async function printLines(
  lines: AsyncIterable<FinalLine>,
  { head, lineEnd, toLine }: ResultFormat,
  flags: ResultsFlags,
): Promise<ReadonlyMap<LeftOut, number>> {
  const show = (text: string) => print(process.stdout.isTTY ? toTerminal(text) : text, lineEnd);
  const leftOut = new Map<LeftOut, number>();
  if (head !== undefined) await show(head);
  for await (const line of lines) {
    if (!isWanted(line.result, flags)) continue;
    const written = await toLine(line);
    if ('text' in written) await show(written.text);
    else leftOut.set(written.leftOut, (leftOut.get(written.leftOut) ?? 0) + 1);
  }
  return leftOut;
}

/** A reader who may not write prints what is there all the same. */
async function finalizeIfAllowed(open: OpenRun): Promise<{ readonly round: number }> {
  try {
    return await finalizeRun(open);
  } catch (error) {
    if (!['EACCES', 'EPERM', 'EROFS'].includes(systemCode(error) ?? '')) throw error;
    return readState(open.paths);
  }
}

/** Waits at the first missing shard, so that what a follower prints is the results file, byte for byte. */
function waitWhileOpen({ paths }: OpenRun, signal: AbortSignal): OnMissing {
  let closed = false;
  const decide: OnMissing['decide'] = async () => {
    if (signal.aborted || closed) return 'stop';
    // The last part and the end of the run may have come after the part was looked for: look once more.
    closed = (await readState(paths)).kind !== 'open';
    if (closed) return 'look-again';
    await wait(LOOK_MS, undefined, { signal }).catch(() => undefined);
    return 'look-again';
  };
  return { follows: true, decide };
}

function isWanted(result: ResultLine, { failed, below }: ResultsFlags): boolean {
  if (failed === true && result.status !== 'failed') return false;
  if (below === undefined) return true;
  return result.status === 'ok' && Object.values(result.confidence).some((confidence) => confidence < below);
}
