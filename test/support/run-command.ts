import { vi } from 'vitest';
import { main } from '../../src/cli/main.ts';

export type Finished = { readonly code: number; readonly stdout: string; readonly stderr: string };

/** Runs one command line in this process; only the streams are replaced. */
export async function runCommand(...argv: readonly string[]): Promise<Finished> {
  const stdout: string[] = [];
  const stderr: string[] = [];
  const spies = [capture(process.stdout, stdout), capture(process.stderr, stderr)];
  const listeners = [process.stdout, process.stderr].map((stream) => ({ stream, before: stream.listeners('error') }));
  const before = process.exitCode;
  process.exitCode = undefined;
  try {
    await main(argv);
    return { code: exitCode(), stdout: stdout.join(''), stderr: stderr.join('') };
  } finally {
    process.exitCode = before;
    for (const spy of spies) spy.mockRestore();
    for (const { stream, before: own } of listeners) removeOthers(stream, own);
  }
}

/** Whatever the command made of it meanwhile, which the compiler cannot know. */
function exitCode(): number {
  return Number(process.exitCode ?? 0);
}

/** A program listens once in its process; here many of them run in one. */
function removeOthers(stream: NodeJS.WriteStream, own: readonly unknown[]): void {
  for (const listener of stream.listeners('error')) {
    if (!own.includes(listener)) Reflect.apply(stream.off.bind(stream), undefined, ['error', listener]);
  }
}

function capture(stream: NodeJS.WriteStream, chunks: string[]) {
  return vi.spyOn(stream, 'write').mockImplementation((chunk: Uint8Array | string) => {
    chunks.push(String(chunk));
    return true;
  });
}
