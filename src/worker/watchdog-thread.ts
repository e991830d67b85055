/** The thread that ends its process when it gives no sign of life. */
import { writeSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import { type Watched, counters, lookMs } from './watched.ts';

/**
 * Calls back when `sign` has given the same number for `limitMs`. Only looks are counted and never the clock: a process
 * that was stopped, or a machine that slept, has not been seen to hang.
 */
function watch(limitMs: number, sign: () => number | null, onStill: () => void): void {
  const everyMs = lookMs(limitMs);
  let last = sign();
  let stillMs = 0;
  setInterval(() => {
    const now = sign();
    stillMs = now === null || now !== last ? 0 : stillMs + everyMs;
    last = now;
    if (stillMs >= limitMs) onStill();
  }, everyMs);
}

/** Like a line of the logger, which lives in the thread that hangs. */
function endProcess(pid: number, limitMs: number, msg: string): void {
  const line = { level: 'fatal', time: new Date().toISOString(), pid, limitMs, msg };
  writeSync(2, `${JSON.stringify(line)}\n`);
  process.kill(pid, 'SIGKILL');
}

function main({ seen, pid, loopMs, stepMs }: Watched): void {
  const turns = () => Atomics.load(seen, counters.turns);
  const steps = () => (Atomics.load(seen, counters.works) === 0 ? null : Atomics.load(seen, counters.steps));
  watch(loopMs, turns, () => endProcess(pid, loopMs, 'event loop hangs, process ended'));
  watch(stepMs, steps, () => endProcess(pid, stepMs, 'shard takes no step, process ended'));
  parentPort?.postMessage('watching');
}

parentPort?.once('message', (watched: Watched) => main(watched));
