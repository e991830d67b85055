import { type Command, Option } from 'commander';
import { setTimeout as wait } from 'node:timers/promises';
import type { ResultLine } from '../../schemas/result.ts';
import { readConfig } from '../config.ts';
import { AppError, programErrors, systemCode } from '../errors.ts';
import { finalizeRun } from '../ledger/finalize-run.ts';
import { type OpenRun, openRun } from '../ledger/open-run.ts';
import { type OnMissing, finalLines, skipMissing } from '../ledger/result-lines.ts';
import { readState } from '../ledger/run-state.ts';
import { listenForShutdown } from '../shutdown.ts';
import { note, print } from './output.ts';
import { parseProbability, sharedOptions } from './shared-options.ts';
import { toTerminal } from './terminal-text.ts';

const LOOK_MS = 500;

type ResultsFlags = {
  readonly follow?: boolean;
  readonly failed?: boolean;
  readonly below?: number;
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
    .addOption(new Option('--format <format>', 'form of the lines').choices(['jsonl']).default('jsonl'))
    .addOption(sharedOptions.out())
    .addHelpText(
      'after',
      `
Examples:
  $ docmill results demo-ticket | head -3
  $ docmill results demo-invoice --below 0.8 > review.jsonl
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
  const decide = flags.follow === true ? waitWhileOpen(open, shutdown.signal) : skipMissing;
  const onMissing: OnMissing = async () => {
    const decision = await decide();
    missed ||= decision !== 'look-again';
    return decision;
  };
  for await (const { result, text } of finalLines(open.paths, round, onMissing)) {
    if (isWanted(result, flags)) await print(process.stdout.isTTY ? toTerminal(text) : text);
  }
  // Asked of what was printed: a part that came meanwhile is not in it.
  if (!missed) return;
  note('Not complete: documents of missing shards were left out.');
  process.exitCode = programErrors.INCOMPLETE.exit;
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
  return async () => {
    if (signal.aborted || closed) return 'stop';
    // The last part and the end of the run may have come after the part was looked for: look once more.
    closed = (await readState(paths)).kind !== 'open';
    if (closed) return 'look-again';
    await wait(LOOK_MS, undefined, { signal }).catch(() => undefined);
    return 'look-again';
  };
}

function isWanted(result: ResultLine, { failed, below }: ResultsFlags): boolean {
  if (failed === true && result.status !== 'failed') return false;
  if (below === undefined) return true;
  return result.status === 'ok' && Object.values(result.confidence).some((confidence) => confidence < below);
}
