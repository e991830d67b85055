import type { Command } from 'commander';
import { readConfig } from '../config.ts';
import { isAppError, programErrors, systemCode } from '../errors.ts';
import { finalizeRun } from '../ledger/finalize-run.ts';
import { openRun } from '../ledger/open-run.ts';
import { readState } from '../ledger/run-state.ts';
import { verifyRun } from '../ledger/verify-run.ts';
import { plural } from '../format.ts';
import { formatOutcomes } from './format.ts';
import { note, printFacts } from './output.ts';
import { sharedOptions } from './shared-options.ts';
import { toTerminal } from './terminal-text.ts';

const PROBLEMS_SHOWN = 10;

export function addVerify(program: Command): void {
  program
    .command('verify <run>')
    .description('Derive completeness and hashes of a run again, from its files alone.')
    .addOption(sharedOptions.out())
    .addOption(sharedOptions.json())
    .addHelpText(
      'after',
      '\nExample:\n  $ docmill verify demo-ticket\n\nExits 0 when complete, 4 when not complete, 65 when a file was changed.',
    )
    .action(verify);
}

async function verify(name: string, flags: { readonly out?: string; readonly json?: boolean }): Promise<void> {
  const config = readConfig(flags, process.env, process.cwd());
  const open = await openRun(config.out, name);
  // Completes the run if it only missed that; what is damaged is found again, and listed whole, by the verification.
  // A complete run is left as it is: making its results anew would hide that they were changed.
  if ((await readState(open.paths)).kind === 'open') {
    await finalizeRun(open).catch((error: unknown) => {
      if (!isAppError(error, 'CORRUPT') && systemCode(error) === undefined) throw error;
    });
  }
  const verification = await verifyRun(open);
  const { status, shards, outcomes, problems } = verification;
  const lines = {
    complete: `Complete: ${plural(shards.total, 'part')}, ${formatOutcomes(outcomes)}.`,
    incomplete: `Not complete: ${shards.done} of ${plural(shards.total, 'part')} there; what is there is right.`,
    corrupt: `Corrupt: ${plural(problems.length, 'problem')}.`,
  };
  await printFacts(flags.json, { run: name, ...verification }, [lines[status]]);
  for (const problem of problems.slice(0, PROBLEMS_SHOWN)) note(toTerminal(problem));
  if (status === 'corrupt') process.exitCode = programErrors.CORRUPT.exit;
  if (status === 'incomplete') process.exitCode = programErrors.INCOMPLETE.exit;
}
