import type { Command } from 'commander';
import { setTimeout as wait } from 'node:timers/promises';
import { readConfig } from '../config.ts';
import { AppError } from '../errors.ts';
import { findRuns, openRun } from '../ledger/open-run.ts';
import { type RunStatus, openRunStatus } from '../monitor/read-run-status.ts';
import { listenForShutdown } from '../shutdown.ts';
import { formatBytes, formatCount, formatDuration, plural } from '../format.ts';
import { formatDone, formatOutcomes, formatPace, formatProgress } from './format.ts';
import { note, print, toTable } from './output.ts';
import { sharedOptions } from './shared-options.ts';
import { toTerminal } from './terminal-text.ts';

const LOOK_MS = 1_000;
const PLAIN_LOOK_MS = 10_000;
/** Moves the cursor up n lines and clears from there. */
const clearLines = (count: number): string => (count === 0 ? '' : `\u001B[${count}A\u001B[J`);

type StatusFlags = { readonly watch?: boolean; readonly out?: string; readonly json?: boolean };

export function addStatus(program: Command): void {
  program
    .command('status [run]')
    .description('Show how far a run is: documents, rate, time to go, failures by code, workers. Needs no queue.')
    .option('--watch', 'show it again and again until the run ends')
    .addOption(sharedOptions.out())
    .addOption(sharedOptions.json())
    .addHelpText('after', '\nExamples:\n  $ docmill status\n  $ docmill status demo-ticket --watch')
    .action(status);
}

async function status(name: string | undefined, flags: StatusFlags): Promise<void> {
  const { out } = readConfig(flags, process.env, process.cwd());
  if (flags.watch === true) {
    if (name === undefined) throw new AppError('USAGE', 'Say which run to watch: `docmill status RUN --watch`.');
    return watch(name, out, flags);
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

async function watch(name: string, out: string, flags: StatusFlags): Promise<void> {
  using shutdown = listenForShutdown();
  await using reader = await openRunStatus(await openRun(out, name), out);
  const redraws = process.stdout.isTTY && flags.json !== true;
  let drawn = 0;
  for (;;) {
    const current = await reader.read();
    if (flags.json === true) {
      await print(JSON.stringify(current));
    } else if (redraws) {
      const lines = toLines(current).map((line) => line.slice(0, process.stdout.columns));
      process.stdout.write(`${clearLines(drawn)}${lines.join('\n')}\n`);
      drawn = lines.length;
    } else {
      await print(`${current.run}: ${formatProgress(current)}`);
    }
    if (current.state !== 'open' || shutdown.signal.aborted) return;
    const pauseMs = redraws || flags.json === true ? LOOK_MS : PLAIN_LOOK_MS;
    await wait(pauseMs, undefined, { signal: shutdown.signal }).catch(() => undefined);
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
