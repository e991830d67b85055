import { CommanderError } from 'commander';
import { createProgram } from './program.ts';
import { reportBug, reportError } from './report-error.ts';

/** Runs one command line; sets the exit code of the process and never throws. */
export async function main(argv: readonly string[]): Promise<void> {
  // `docmill results RUN | head -1`: the reader has what it wanted, which is no error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 141 : 74));
  process.stderr.on('error', () => undefined);
  try {
    await createProgram().parseAsync([...argv], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 64;
    else process.exitCode = reportError(error, argv.includes('--debug'));
  }
}

/** What nobody handles ends the process as Node would end it, but in a sentence and without passwords. */
export function endOnUnhandledErrors(argv: readonly string[]): void {
  process.on('uncaughtException', (error) => process.exit(reportBug(error, argv.includes('--debug'))));
}
