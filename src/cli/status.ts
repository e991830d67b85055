import type { Command } from 'commander';
import { readConfig } from '../config.ts';
import { AppError } from '../errors.ts';
import { findRuns, openRun } from '../ledger/open-run.ts';
import { type RunStatus, openRunStatus } from '../monitor/read-run-status.ts';
import { formatBytes, formatCount, formatDuration, plural } from '../format.ts';
import { formatDone, formatOutcomes, formatPace } from './format.ts';
import { note, print, toTable } from './output.ts';
import { sharedOptions } from './shared-options.ts';
import { toTerminal } from './terminal-text.ts';
import { watchStatus } from './watch-status.ts';

type StatusFlags = { readonly watch?: boolean; readonly out?: string; readonly json?: boolean };

export function addStatus(program: Command): void {
  program
    .command('status [run]')
    .description('Show how far a run is: documents, rate, time to go, failures by code, workers. Needs no queue.')
    .option(
      '--watch',
      'show it until the run ends: the whole screen, plain lines where there is none, or a line of JSON a second',
    )
    .addOption(sharedOptions.out())
    .addOption(sharedOptions.json())
    .addHelpText('after', '\nExamples:\n  $ docmill status\n  $ docmill status demo-ticket --watch')
    .action(status);
}

async function status(name: string | undefined, flags: StatusFlags): Promise<void> {
  const config = readConfig({ out: flags.out }, process.env, process.cwd());
  const { out } = config;
  if (flags.watch === true) {
    if (name === undefined) throw new AppError('USAGE', 'Say which run to watch: `docmill status RUN --watch`.');
    const last = await watchStatus(name, { config, json: flags.json === true });
    // The screen is gone; what it showed last stays.
    if (process.stdout.isTTY && flags.json !== true) for (const line of toLines(last)) await print(line);
    return;
  }
  const runs = name === undefined ? await findRuns(out) : [await openRun(out, name)];
  if (runs.length === 0) note(`There are no runs under \`${out}\`.`);
  for (const open of runs) {
    await using reader = await openRunStatus(open, out);
    const current = await reader.read();
    if (flags.json === true) await print(JSON.stringify(current));
    else for (const line of toLines(current)) await print(line);
  }
}

function toLines(current: RunStatus): string[] {
  const { shards, running, waiting, workers } = current;
  const reason = current.reason === null ? '' : ` (${current.reason})`;
  const round = current.round === 1 ? '' : `, round ${current.round}`;
  return [
    `${current.run}: ${current.state}${reason}${round}`,
    `  done       ${formatDone(current)}`,
    `  pace       ${formatPace(current)}`,
    `  outcomes   ${formatOutcomes(current.outcomes)}`,
    `  shards     ${formatCount(shards.done)} done, ${formatCount(running)} running, ${formatCount(waiting)} waiting`,
    `  workers    ${workers.length === 0 ? 'none alive' : plural(workers.length, 'worker')}`,
    ...toTable(workers.map(toWorkerRow)).map((line) => `    ${line}`),
    ...current.refusals.map((refusal) => `  refused    ${toTerminal(refusal)}`),
    ...current.troubles.map((trouble) => `  trouble    ${toTerminal(trouble)}`),
  ];
}

function toWorkerRow(worker: RunStatus['workers'][number]): string[] {
  return [
    toTerminal(worker.worker),
    worker.shard === null ? 'idle' : toTerminal(worker.shard),
    plural(worker.documents, 'document'),
    formatBytes(worker.rssBytes),
    `${formatDuration(worker.ageMs / 1000)} ago`,
  ];
}
