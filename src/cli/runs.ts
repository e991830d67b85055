import type { Command } from 'commander';
import { readConfig } from '../config.ts';
import { AppError } from '../errors.ts';
import { findRuns, openRun } from '../ledger/open-run.ts';
import { measureRun, removeRun } from '../ledger/remove-run.ts';
import { readState } from '../ledger/run-state.ts';
import { formatBytes, formatCount } from '../format.ts';
import { note, print, printFacts, toTable } from './output.ts';
import { sharedOptions } from './shared-options.ts';

type RunsFlags = { readonly out?: string; readonly json?: boolean };

export function addRuns(program: Command): void {
  const runs = program
    .command('runs')
    .description('List the runs with state and size, or remove one.')
    .addOption(sharedOptions.out())
    .addOption(sharedOptions.json())
    .addHelpText('after', '\nExamples:\n  $ docmill runs\n  $ docmill runs rm demo-ticket')
    .action(list);
  runs
    .command('rm <run>')
    .description('Remove a run with its results; it has to be complete or cancelled.')
    .exitOverride()
    .action(async (name: string) => remove(name, runs.opts<RunsFlags>()));
}

async function list(flags: RunsFlags): Promise<void> {
  const { out } = readConfig(flags, process.env, process.cwd());
  const rows = [];
  for (const { run, paths } of await findRuns(out)) {
    const state = await readState(paths);
    const { name, task, model, documents, createdAt } = run;
    const bytes = await measureRun(paths);
    rows.push({
      run: name,
      state: state.kind,
      round: state.round,
      task: task.name,
      model: model.name,
      documents,
      bytes,
      createdAt,
    });
  }
  if (rows.length === 0) note(`There are no runs under \`${out}\`.`);
  const table = rows.map((row) => [
    row.run,
    row.state,
    row.task,
    formatCount(row.documents),
    formatBytes(row.bytes),
    row.createdAt.slice(0, 16),
  ]);
  const header = ['RUN', 'STATE', 'TASK', 'DOCUMENTS', 'SIZE', 'CREATED'];
  await printFacts(flags.json, rows, rows.length === 0 ? [] : toTable([header, ...table]));
}

async function remove(name: string, flags: RunsFlags): Promise<void> {
  const { out } = readConfig(flags, process.env, process.cwd());
  const open = await openRun(out, name);
  const state = await readState(open.paths);
  if (state.kind === 'open') {
    throw new AppError('USAGE', `The run \`${name}\` is open; \`docmill cancel ${name}\` it first.`);
  }
  await removeRun(out, open.paths);
  await print(flags.json === true ? JSON.stringify({ run: name, removed: true }) : `Removed ${name}.`);
}
