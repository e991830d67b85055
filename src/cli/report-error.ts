import { AppError, ioError, programErrors, systemCode } from '../errors.ts';
import { redactCredentials } from '../logger.ts';
import { note } from './output.ts';
import { toTerminal } from './terminal-text.ts';

/** Says on stderr what went wrong, in one sentence unless `debug`; returns the exit code. */
export function reportError(thrown: unknown, debug: boolean): number {
  const error = explainSystemError(thrown);
  if (!(error instanceof AppError)) return reportBug(error, debug);
  say(error.message, error, debug);
  return error.exitCode;
}

/** The same for what should not have happened, whatever it is: the exit code says so. */
export function reportBug(error: unknown, debug: boolean): number {
  const message = error instanceof Error ? error.message : String(error);
  say(`Unexpected error: ${message} (a bug of docmill; \`--debug\` shows where).`, error, debug);
  return programErrors.INTERNAL.exit;
}

function say(sentence: string, error: unknown, debug: boolean): void {
  note(`docmill: ${toTerminal(redactCredentials(sentence))}`);
  if (debug) for (const stack of stacksOf(error)) note(toTerminal(redactCredentials(stack), 'keep-lines'));
}

/** What the system refused (a full disk, a missing right) is no bug of docmill, wherever it was met. */
function explainSystemError(error: unknown): unknown {
  if (error instanceof AppError || !(error instanceof Error) || systemCode(error) === undefined) return error;
  if (!('syscall' in error) || typeof error.syscall !== 'string') return error;
  return ioError(error.syscall, 'path' in error && typeof error.path === 'string' ? error.path : 'a file', error);
}

function stacksOf(error: unknown): string[] {
  if (!(error instanceof Error)) return [];
  return [error.stack ?? error.message, ...stacksOf(error.cause)];
}
