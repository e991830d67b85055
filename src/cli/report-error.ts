import { AppError, programErrors } from '../errors.ts';
import { redactCredentials } from '../logger.ts';
import { note } from './output.ts';
import { toTerminal } from './terminal-text.ts';

/** Says on stderr what went wrong, in one sentence unless `debug`; returns the exit code. */
export function reportError(error: unknown, debug: boolean): number {
  const known = error instanceof AppError;
  const message = error instanceof Error ? error.message : String(error);
  const sentence = known ? message : `Unexpected error: ${message} (a bug of docmill; \`--debug\` shows where).`;
  note(`docmill: ${toTerminal(redactCredentials(sentence))}`);
  if (debug) for (const stack of stacksOf(error)) note(toTerminal(redactCredentials(stack), 'keep-lines'));
  return known ? error.exitCode : programErrors.INTERNAL.exit;
}

function stacksOf(error: unknown): string[] {
  if (!(error instanceof Error)) return [];
  return [error.stack ?? error.message, ...stacksOf(error.cause)];
}
