import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { extname } from 'node:path';
import { AppError } from '../../errors.ts';
import type { ReadResult } from '../document.ts';
import type { ParsedFormat } from '../formats/detect-format.ts';
import { refuse } from '../refuse.ts';
import { type ParseLimits, type ParseReply, type ParseRequest, exitCodes } from './protocol.ts';

/** Parses documents of formats that strangers feed, one at a time, in a process of its own. */
export type Parser = AsyncDisposable & {
  /**
   * The text of a document, or why there is none. A document that costs more than it may, or that ends the process
   * twice, is refused like any other; throws only when parsing is not possible at all.
   */
  readonly parse: (format: ParsedFormat, bytes: Uint8Array) => Promise<ReadResult>;
};

const usualLimits: ParseLimits = { cpuSeconds: 5, heapMb: 256, residentMb: 512 };

/**
 * A parser whose process starts with the first document and ends with disposal. It has no environment, may not write
 * files or start programs, and cannot make code from text, so that a document that takes it over gains little.
 */
export function openParser(limits: ParseLimits = usualLimits): Parser {
  let running: ChildProcess | null = null;
  let turn: Promise<unknown> = Promise.resolve();

  const end = async (): Promise<void> => {
    if (running !== null) await endProcess(running);
    running = null;
  };

  const parse = async (request: ParseRequest): Promise<ReadResult> => {
    for (let attempt = 1; ; attempt += 1) {
      running ??= await startProcess(limits);
      const reply = await ask(running, request);
      if ('kind' in reply) {
        if (reply.kind !== 'ready' && reply.worn) await end();
        return toResult(reply);
      }
      running = null;
      // Somebody may have killed the process, or earlier documents may have left their memory behind in it: what ends a
      // new process too is this document's own doing.
      const refusal = toRefusal(reply.exitCode, limits);
      if (attempt === 2 || refusal.error.code === 'PARSE_TIMEOUT') return refusal;
    }
  };

  return {
    parse: (format, bytes) => {
      const result = turn.then(() => parse({ format, bytes }));
      turn = result.catch(() => undefined);
      return result;
    },
    [Symbol.asyncDispose]: end,
  };
}

async function startProcess(limits: ParseLimits): Promise<ChildProcess> {
  const entry = new URL(`parser-process${extname(import.meta.filename)}`, import.meta.url);
  const child = fork(entry, [limits.cpuSeconds, limits.heapMb, limits.residentMb].map(String), {
    execArgv: ['--permission', '--allow-fs-read=*', '--allow-worker', '--disallow-code-generation-from-strings'],
    env: {},
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    // Not in our process group: Ctrl-C is for us, and the shard at hand is still finished.
    detached: true,
  });
  const started = await Promise.race([
    once(child, 'message').then(() => true),
    once(child, 'exit').then(() => false),
  ]).catch((cause: unknown) => {
    throw new AppError('INTERNAL', 'The parsing process could not be started; see `--debug`.', { cause });
  });
  if (started) return child;
  throw new AppError('INTERNAL', `The parsing process ended at its start with exit code \`${child.exitCode}\`.`);
}

type Ended = { readonly exitCode: number | null };

function ask(child: ChildProcess, request: ParseRequest): Promise<ParseReply | Ended> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve({ exitCode: null });
  return new Promise((resolve) => {
    const onMessage = (reply: ParseReply): void => {
      child.off('exit', onExit);
      resolve(reply);
    };
    const onExit = (exitCode: number | null): void => {
      child.off('message', onMessage);
      resolve({ exitCode });
    };
    child.once('message', onMessage);
    child.once('exit', onExit);
    // What cannot be sent has met its end, of which `exit` tells.
    child.send(request, () => undefined);
  });
}

function toResult(reply: ParseReply): ReadResult {
  if (reply.kind === 'parsed') return reply.result;
  const reason = reply.kind === 'broken' ? reply.reason : 'no answer';
  throw new AppError('INTERNAL', `A parser could not be loaded (${reason}); install docmill again.`);
}

function toRefusal(exitCode: number | null, { cpuSeconds }: ParseLimits): ReturnType<typeof refuse> {
  if (exitCode === exitCodes.overTime) {
    return refuse('PARSE_TIMEOUT', `Parsing the document took more than ${cpuSeconds} seconds of computing.`);
  }
  if (exitCode === exitCodes.overMemory) {
    return refuse('TOO_LARGE', 'Parsing the document took more memory than a document may take.');
  }
  return refuse('PARSE_CRASHED', 'The document ended its parser twice.');
}

async function endProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}
