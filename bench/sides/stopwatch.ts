import { readFileSync } from 'node:fs';

/** How long something took, and whether it had its core for itself. */
export type Timing = {
  readonly seconds: number;
  /** Seconds of the core that the process used; null where the system does not say. */
  readonly cpuSeconds: number | null;
  /** Share of the time in which the core worked for others; null where the system does not say. */
  readonly foreignShare: number | null;
};

/** Clock ticks of `/proc` per second: 100 on every Linux that Node runs on. */
const TICKS = 100;

/** Starts to measure process `pid` on `core`; the returned function stops. */
export function startStopwatch(pid: number, core: number | undefined): () => Timing {
  const before = read(pid, core);
  return () => {
    const after = read(pid, core);
    const seconds = (after.ms - before.ms) / 1000;
    const cpuSeconds = difference(before.ticks, after.ticks);
    const busySeconds = difference(before.busy, after.busy);
    const foreign = cpuSeconds === null || busySeconds === null ? null : (busySeconds - cpuSeconds) / seconds;
    return { seconds, cpuSeconds, foreignShare: foreign === null ? null : Math.max(0, foreign) };
  };
}

type Reading = { readonly ms: number; readonly ticks: number | null; readonly busy: number | null };

function read(pid: number, core: number | undefined): Reading {
  return { ms: performance.now(), ticks: processTicks(pid), busy: core === undefined ? null : busyTicks(core) };
}

/** User and system time of all threads. */
function processTicks(pid: number): number | null {
  const fields = readText(`/proc/${pid}/stat`)
    ?.replace(/^.*\) /s, '')
    .split(' ');
  return fields === undefined ? null : Number(fields[11]) + Number(fields[12]);
}

/** Everything but idle, waiting for disks, and what the guests of this machine use again. */
function busyTicks(core: number): number | null {
  const line = readText('/proc/stat')
    ?.split('\n')
    .find((line) => line.startsWith(`cpu${core} `));
  if (line === undefined) return null;
  const [user = 0, nice = 0, system = 0, , , irq = 0, softIrq = 0, steal = 0] = line.split(' ').slice(1).map(Number);
  return user + nice + system + irq + softIrq + steal;
}

/** The largest resident memory that a process ever had, in bytes; null where the system does not say. */
export function peakMemory(pid: number): number | null {
  const peak = /^VmHWM:\s+(\d+) kB$/m.exec(readText(`/proc/${pid}/status`) ?? '')?.[1];
  return peak === undefined ? null : Number(peak) * 1024;
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function difference(before: number | null, after: number | null): number | null {
  return before === null || after === null ? null : (after - before) / TICKS;
}
