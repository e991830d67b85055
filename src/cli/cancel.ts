import type { Command } from 'commander';
import { readConfig } from '../config.ts';
import { openRun } from '../ledger/open-run.ts';
import { changeState } from './change-run.ts';
import { printFacts } from './output.ts';
import { sharedOptions } from './shared-options.ts';

export function addCancel(program: Command): void {
  program
    .command('cancel <run>')
    .description('Stop a run: shards in work end, no new one starts. `resume` lifts it.')
    .addOption(sharedOptions.out())
    .addOption(sharedOptions.json())
    .addHelpText('after', '\nExample:\n  $ docmill cancel demo-ticket')
    .action(cancel);
}

async function cancel(name: string, flags: { readonly out?: string; readonly json?: boolean }): Promise<void> {
  const config = readConfig(flags, process.env, process.cwd());
  const open = await openRun(config.out, name);
  const state = await changeState(open, async ({ kind }) =>
    kind === 'open' ? { state: 'cancelled', at: new Date().toISOString(), reason: 'cancel' } : null,
  );
  const line =
    state.kind === 'complete' ? `Run ${name} is complete; there is nothing to cancel.` : `Run ${name} is cancelled.`;
  await printFacts(flags.json, { run: name, state: state.kind }, [line]);
}
