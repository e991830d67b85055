// `npm run bench:million`: a million documents through plan, queue and workers; neither memory nor queue may grow.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  createReadStream,
  createWriteStream,
  mkdirSync,
  mkdtempDisposableSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Redis } from 'ioredis';
import { readHeartbeats } from '../src/ledger/heartbeats.ts';
import { packageRoot } from '../src/package-root.ts';
import { startEmbeddedQueue } from '../src/queue/embedded/start-embedded-queue.ts';
import { describeMachine } from './machine.ts';
import { growthPer100k } from './report/growth.ts';
import { toMillionPage } from './report/to-million-page.ts';

const HELP = `Sends N short documents through enqueue and workers with the stub model, and watches memory.

  $ npm run bench:million -- --documents 1000000 --workers 1

  --documents N  how many (default 1000000)
  --workers N    how many workers (default 1)
  --out DIR      where million.json and million.md are written (default docs/benchmarks)
`;

/** Bytes of a process: resident, and what the last full collection of garbage left on its heap (0 before the first). */
export type Memory = { readonly resident: number; readonly heap: number };

/** Memory of the process that enqueues and waits, of each worker, and the bytes that Redis uses. */
export type Sample = {
  readonly seconds: number;
  /** Documents that all workers have done. */
  readonly documents: number;
  readonly producer: Memory;
  readonly workers: readonly Memory[];
  readonly redis: number;
};

type Watched = { readonly child: ChildProcess; readonly memory: () => Memory };

const EVERY_MS = 1_000;
const RUN = 'million';
const DOCMILL = join(packageRoot(), 'bin', 'docmill.js');

const { values: flags } = parseArgs({
  options: {
    documents: { type: 'string', default: '1000000' },
    workers: { type: 'string', default: '1' },
    out: { type: 'string', default: 'docs/benchmarks' },
    help: { type: 'boolean', default: false },
  },
});
if (flags.help) process.stdout.write(HELP);
else await main(Number(flags.documents), Number(flags.workers));

async function main(documents: number, workers: number): Promise<void> {
  using directory = mkdtempDisposableSync(join(tmpdir(), 'docmill-million-'));
  const input = join(directory.path, 'documents.jsonl');
  await pipeline(Readable.from(lines(documents)), createWriteStream(input));
  const out = join(directory.path, 'out');
  const { samples, plannedSeconds, seconds } = await watchRun(input, out, workers);
  const found = await countLines(join(out, RUN, 'results.jsonl'));
  const report = { machine: describeMachine(), documents, workers, plannedSeconds, seconds, ...found, samples };
  mkdirSync(flags.out, { recursive: true });
  writeFileSync(join(flags.out, 'million.json'), `${JSON.stringify(report)}\n`);
  writeFileSync(join(flags.out, 'million.md'), toMillionPage(report));
  process.stdout.write(`${JSON.stringify({ ...found, growth: growthPer100k(samples) })}\n`);
  if (found.lines !== documents || found.distinct !== documents) process.exitCode = 1;
}

function* lines(documents: number): Generator<string> {
  for (let number = 0; number < documents; number += 1) {
    yield `{"id":"${number}","text":"Ticket ${number}: order ${(number * 7919) % 1_000_003} has not arrived, please look into it."}\n`;
  }
}

async function watchRun(input: string, out: string, workers: number) {
  await using queue = await startEmbeddedQueue(join(out, '.queue'));
  const redis = queue.endpoint.kind === 'redis-socket' ? new Redis(queue.endpoint.path) : null;
  const environment = { ...process.env, DOCMILL_QUEUE_ENDPOINT: queue.endpointFile, DOCMILL_HEARTBEAT_MS: '1000' };
  const start = (...parameters: readonly string[]): Watched =>
    watchMemory(
      spawn(process.execPath, ['--trace-gc', DOCMILL, ...parameters, '--model', 'stub:', '--out', out], {
        stdio: ['ignore', 'pipe', 'inherit'],
        env: { ...environment, DOCMILL_LOG_LEVEL: 'warn' },
      }),
    );
  const began = performance.now();
  const seconds = (): number => Math.round((performance.now() - began) / 1000);
  const producer = start('enqueue', '--input', input, '--task', 'ticket', '--run', RUN, '--wait');
  const pool: Watched[] = [];
  const samples: Sample[] = [];
  let plannedSeconds = 0;
  while (producer.child.exitCode === null && producer.child.signalCode === null) {
    if (pool.length === 0 && isThere(join(out, RUN, 'run.json'))) {
      plannedSeconds = seconds();
      for (let number = 0; number < workers; number += 1) pool.push(start('worker'));
    }
    samples.push({ seconds: seconds(), ...(await look(out, { producer, pool, redis })) });
    await wait(EVERY_MS);
  }
  redis?.disconnect();
  for (const { child } of pool) child.kill('SIGTERM');
  for (const { child } of pool) if (child.exitCode === null) await once(child, 'exit');
  if (producer.child.exitCode !== 0) throw new Error(`enqueue ended with ${String(producer.child.exitCode)}`);
  return { samples, plannedSeconds, seconds: seconds() };
}

type Processes = { readonly producer: Watched; readonly pool: readonly Watched[]; readonly redis: Redis | null };

async function look(out: string, { producer, pool, redis }: Processes): Promise<Omit<Sample, 'seconds'>> {
  const beats = (await readHeartbeats(out, Date.now()).catch(() => [])).map(({ heartbeat }) => heartbeat);
  const memory = (await redis?.info('memory')) ?? '';
  return {
    documents: beats.reduce((sum, { documents }) => sum + documents, 0),
    producer: producer.memory(),
    workers: pool.map((worker) => worker.memory()),
    redis: Number(/^used_memory:(\d+)/m.exec(memory)?.[1] ?? 0),
  };
}

/** Reads what V8 says of its collections: of all the threads of a process, the heaps after the last one of each. */
function watchMemory(child: ChildProcess): Watched {
  const heaps = new Map<string, number>();
  if (child.stdout !== null) {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const [, isolate, mebibytes] = /^\[(\d+:\w+)\].*Mark-Compact .*? -> ([\d.]+) \(/.exec(line) ?? [];
      if (isolate?.startsWith(`${child.pid}:`)) heaps.set(isolate, Number(mebibytes) * 1024 * 1024);
    });
  }
  const heap = (): number => [...heaps.values()].reduce((sum, bytes) => sum + bytes, 0);
  return { child, memory: () => ({ resident: residentBytes(child.pid ?? 0), heap: heap() }) };
}

/** Zero where there is no `/proc`, or no such process any more. */
function residentBytes(pid: number): number {
  return 1024 * Number(/^VmRSS:\s+(\d+)/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 0);
}

function isThere(path: string): boolean {
  return read(path) !== '';
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** Lines of the results, and how many different documents they are of. */
async function countLines(path: string): Promise<{ lines: number; distinct: number }> {
  const seen = new Set<string>();
  let count = 0;
  for await (const line of createInterface({ input: createReadStream(path) })) {
    count += 1;
    seen.add(/^\{"id":"([^"]*)"/.exec(line)?.[1] ?? line);
  }
  return { lines: count, distinct: seen.size };
}
