import { readFileSync } from 'node:fs';
import { freemem, totalmem } from 'node:os';

/**
 * Bytes that this process can still have. A container's limit counts the files that the kernel keeps in memory, the
 * model that was just hashed among them, although it lets go of them for whoever needs the memory: Node.js takes them
 * for used. Where an operating system has no figure for what it could let go of, all its memory counts as free.
 */
export function freeMemory(): number {
  if (process.platform === 'darwin') {
    return totalmem();
  }
  return Math.min(freemem(), process.availableMemory() + cachedFileBytes(readMemoryStatistics()));
}

/** Bytes of files that the kernel could let go of, by the `memory.stat` of a group of either version. */
export function cachedFileBytes(statistics: string): number {
  const own = [...statistics.matchAll(/^(?:in)?active_file (\d+)$/gm)];
  // Version 1 has the group's own ones, and the sums over the groups within it, which the limit is for.
  const total = [...statistics.matchAll(/^total_(?:in)?active_file (\d+)$/gm)];
  return (total.length > 0 ? total : own).reduce((sum, [, bytes]) => sum + Number(bytes), 0);
}

/** The statistics of this process's group; empty where there is none, as on other systems than Linux. */
function readMemoryStatistics(): string {
  const groups = readIfThere('/proc/self/cgroup');
  const [, first = ''] = /^\d+:memory:(.*)$/m.exec(groups) ?? [];
  const [, second = ''] = /^0::(.*)$/m.exec(groups) ?? [];
  const places = [`/sys/fs/cgroup/memory${first}`, `/sys/fs/cgroup${second}`, '/sys/fs/cgroup'];
  return places.map((place) => readIfThere(`${place}/memory.stat`)).find((text) => text !== '') ?? '';
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
