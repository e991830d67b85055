/**
 * The parsing process: a thread parses, and this side watches what it costs. Whatever happens in the thread, this side
 * can still end the process, and it does so when the worker has gone.
 */
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { systemCode } from '../../errors.ts';
import {
  type ParseAnswer,
  type ParseLimits,
  type ParseReady,
  type ParseReply,
  type ParseRequest,
  exitCodes,
} from './protocol.ts';

const WATCH_MS = 50;
/** More than a process has that is new, and less than half of what a document may take. */
const WORN_MB = 200;

function main(limits: ParseLimits): void {
  const thread = new Worker(new URL(`parser-thread${extname(import.meta.filename)}`, import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: limits.heapMb },
  });
  const reply = (message: ParseReply): void => void process.send?.(message);
  let watch: NodeJS.Timeout | undefined;
  thread.on('message', (said: ParseReady | ParseAnswer) => {
    clearInterval(watch);
    reply(said.kind === 'ready' ? said : { ...said, worn: residentMb() > WORN_MB });
  });
  thread.on('error', (error) =>
    process.exit(systemCode(error) === 'ERR_WORKER_OUT_OF_MEMORY' ? exitCodes.overMemory : exitCodes.crashed),
  );
  // A parser that waits for what never comes has no work left, and its thread ends.
  thread.on('exit', () => process.exit(exitCodes.crashed));
  process.on('message', (request: ParseRequest) => {
    watch = watchCosts(limits);
    thread.postMessage(request);
  });
  process.on('disconnect', () => process.exit());
}

function watchCosts(limits: ParseLimits): NodeJS.Timeout {
  const before = process.cpuUsage();
  return setInterval(() => {
    const { user, system } = process.cpuUsage(before);
    if (user + system > limits.cpuSeconds * 1e6) process.exit(exitCodes.overTime);
    if (residentMb() > limits.residentMb) process.exit(exitCodes.overMemory);
  }, WATCH_MS);
}

function residentMb(): number {
  return process.memoryUsage.rss() / 1024 / 1024;
}

const [cpuSeconds = 0, heapMb = 0, mostResidentMb = 0] = process.argv.slice(2).map(Number);
main({ cpuSeconds, heapMb, residentMb: mostResidentMb });
