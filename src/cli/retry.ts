import type { Command } from 'commander';
import { readConfig } from '../config.ts';
import { openRun, rootsOf } from '../ledger/open-run.ts';
import { retryRun } from '../producer/retry-run.ts';
import { refillQueue } from './change-run.ts';
import { plural } from '../format.ts';
import { printFacts } from './output.ts';
import { sharedOptions } from './shared-options.ts';

type RetryFlags = {
  readonly all?: boolean;
  readonly out?: string;
  readonly json?: boolean;
  readonly inputRoot: Readonly<Record<string, string>>;
};

export function addRetry(program: Command): void {
  program
    .command('retry <run>')
    .description('Answer the failed documents of a complete run again, in a new round.')
    .option('--all', 'all failed documents, not only those whose code says that it can help')
    .addOption(sharedOptions.inputRoot())
    .addOption(sharedOptions.out())
    .addOption(sharedOptions.json())
    .addHelpText(
      'after',
      '\nExample, after a mount was put right:\n  $ docmill retry demo-ticket\n\nChanged documents are taken as they are now.',
    )
    .action(retry);
}

async function retry(name: string, flags: RetryFlags): Promise<void> {
  const config = readConfig(flags, process.env, process.cwd());
  const open = await openRun(config.out, name);
  const retried = await retryRun(open, { all: flags.all === true, roots: rootsOf(open, flags.inputRoot) });
  if (retried.status !== 'nothing-to-retry') await refillQueue(open, config);
  const lines = {
    opened: () =>
      retried.status === 'opened' ? `Round ${retried.round} of ${name}: ${plural(retried.documents, 'document')}.` : '',
    'opened-by-another': () => `Another process opened the next round of ${name}.`,
    'nothing-to-retry': () =>
      flags.all === true
        ? `No document of ${name} failed.`
        : `No failed document of ${name} has a code that a retry can help; \`--all\` takes all.`,
  };
  await printFacts(flags.json, { run: name, ...retried }, [lines[retried.status]()]);
}
