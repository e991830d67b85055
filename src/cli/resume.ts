import type { Command } from 'commander';
import type { RunState } from '../../schemas/run.ts';
import { readConfig } from '../config.ts';
import { findMissing } from '../ledger/find-missing.ts';
import { type OpenRun, openRun } from '../ledger/open-run.ts';
import type { CurrentState } from '../ledger/run-state.ts';
import { changeState, refillQueue } from './change-run.ts';
import { printFacts } from './output.ts';
import { sharedOptions } from './shared-options.ts';

export function addResume(program: Command): void {
  program
    .command('resume <run>')
    .description('Lift a cancel, a deadline or a failure limit, and put missing shards back into the queue.')
    .addOption(sharedOptions.out())
    .addOption(sharedOptions.json())
    .addHelpText(
      'after',
      '\nExample:\n  $ docmill resume demo-ticket\n\nOnly missing parts are worked on; what is there stays as it is.',
    )
    .action(resume);
}

async function resume(name: string, flags: { readonly out?: string; readonly json?: boolean }): Promise<void> {
  const config = readConfig(flags, process.env, process.cwd());
  const open = await openRun(config.out, name);
  const state = await changeState(open, (current) => reopening(open, current));
  if (state.kind === 'open') await refillQueue(open, config);
  const line = state.kind === 'open' ? `Run ${name} is open.` : `Run ${name} is complete; there is nothing to resume.`;
  await printFacts(flags.json, { run: name, state: state.kind }, [line]);
}

/** A complete run is opened again only where somebody deleted parts of it. */
async function reopening(open: OpenRun, state: CurrentState): Promise<RunState | null> {
  if (state.kind === 'open') return null;
  if (state.kind === 'complete' && (await findMissing(open.paths, state.round)).length === 0) return null;
  return { state: 'resumed', at: new Date().toISOString() };
}
