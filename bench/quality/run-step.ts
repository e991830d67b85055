import { basename } from 'node:path';
import { text } from 'node:stream/consumers';
import { AppError } from '../../src/errors.ts';
import { type Place, spawnPinned } from '../sides/pinned.ts';

/** Runs a program to its end and resolves with its stdout; what it says meanwhile goes to stderr. Throws `INCOMPLETE` when it fails. */
export async function runStep(program: string, parameters: readonly string[], place: Place): Promise<string> {
  const child = spawnPinned(program, parameters, place, { log: (said) => process.stderr.write(said) });
  // A program that is told to stop ends in its own time, and its files are not removed under it.
  const closed = new Promise((resolve) => child.on('error', () => undefined).once('close', resolve));
  const [output] = await Promise.all([child.stdout === null ? '' : text(child.stdout), closed]);
  place.signal.throwIfAborted();
  const code = child.exitCode ?? child.signalCode;
  if (code !== 0) {
    const step = basename(parameters[0] ?? program);
    throw new AppError('INCOMPLETE', `The step \`${step}\` ended with ${code}; what it said stands above.`);
  }
  return output;
}
