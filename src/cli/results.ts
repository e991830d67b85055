import { type Command, Option } from 'commander';
import { setTimeout as wait } from 'node:timers/promises';
import type { ResultLine } from '../../schemas/result.ts';
import { readConfig } from '../config.ts';
import { programErrors } from '../errors.ts';
import { finalizeRun } from '../ledger/finalize-run.ts';
import { findMissing } from '../ledger/find-missing.ts';
import { type OpenRun, openRun } from '../ledger/open-run.ts';
import { type OnMissing, finalLines, skipMissing } from '../ledger/result-lines.ts';
import { readState } from '../ledger/run-state.ts';
import { listenForShutdown } from '../shutdown.ts';
import { note, print } from './output.ts';
import { plural } from './format.ts';
import { parseProbability, sharedOptions } from './shared-options.ts';

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
  using shutdown = listenForShutdown();
  const { out } = readConfig(flags, process.env, process.cwd());
  const open = await openRun(out, name);
  const { round } = flags.follow === true ? await readState(open.paths) : await finalizeRun(open);
  const onMissing = flags.follow === true ? waitWhileOpen(open, shutdown.signal) : skipMissing;
  for await (const { result, text } of finalLines(open.paths, round, onMissing)) {
    if (isWanted(result, flags)) await print(text);
  }
  const missing = await findMissing(open.paths, round);
  if (missing.length === 0) return;
  note(`Not complete: ${plural(missing.length, 'shard')} missing.`);
  process.exitCode = programErrors.INCOMPLETE.exit;
}

/** Waits at the first missing shard, so that what a follower prints is the results file, byte for byte. */
function waitWhileOpen({ paths }: OpenRun, signal: AbortSignal): OnMissing {
  return async () => {
    if (signal.aborted || (await readState(paths)).kind !== 'open') return 'stop';
    await wait(LOOK_MS, undefined, { signal }).catch(() => undefined);
    return 'look-again';
  };
}

function isWanted(result: ResultLine, { failed, below }: ResultsFlags): boolean {
  if (failed === true && result.status !== 'failed') return false;
  if (below === undefined) return true;
  return result.status === 'ok' && Object.values(result.confidence).some((confidence) => confidence < below);
}
