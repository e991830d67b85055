import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const ROOT = '/sys/fs/cgroup';

/**
 * How many processes of this process' control group the kernel has killed because the group reached its memory limit;
 * null where nobody counts.
 */
export async function countMemoryKills(groupsFile = '/proc/self/cgroup', root = ROOT): Promise<number | null> {
  for (const file of counterFiles(await read(groupsFile), root)) {
    const count = memoryKillsIn(await read(file));
    if (count !== null) return count;
  }
  return null;
}

/** Version 2 first; within a container the group's own folder is the root of what is mounted. */
function counterFiles(groups: string, root: string): string[] {
  const paths = groups.split('\n').flatMap((line) => {
    const [, controllers, path] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (path === undefined || controllers === undefined) return [];
    if (controllers === '') return [join(root, path, 'memory.events'), join(root, 'memory.events')];
    if (!controllers.split(',').includes('memory')) return [];
    return [join(root, 'memory', path, 'memory.oom_control'), join(root, 'memory', 'memory.oom_control')];
  });
  return paths.sort((one, other) => Number(other.endsWith('events')) - Number(one.endsWith('events')));
}

function memoryKillsIn(text: string): number | null {
  const match = /^oom_kill (\d+)$/m.exec(text);
  return match === null ? null : Number(match[1]);
}

async function read(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => '');
}
