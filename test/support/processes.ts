import { readFile, readdir, readlink } from 'node:fs/promises';
import { waitUntil } from './wait-until.ts';

/**
 * The living processes whose environment or command line names `mark`, children of children included, each with its
 * command line; none where there is no `/proc`.
 */
export async function findProcesses(mark: string): Promise<{ pid: number; command: string }[]> {
  const found: { pid: number; command: string }[] = [];
  for (const name of await readdir('/proc').catch(() => [])) {
    if (!/^\d+$/.test(name)) continue;
    const environment = await readFile(`/proc/${name}/environ`, 'latin1').catch(() => '');
    const command = await readFile(`/proc/${name}/cmdline`, 'latin1').catch(() => '');
    // Redis writes its title over its environment.
    if (command !== '' && `${environment}${command}`.includes(mark))
      found.push({ pid: Number(name), command: command.replaceAll('\0', ' ').trim() });
  }
  return found;
}

/** Whether a process lives. A dead one that nobody waited for yet counts as dead. */
export async function isRunning(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '');
  return stat !== '' && stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3) !== 'Z';
}

/** The TCP sockets at which a process listens; none where there is no `/proc`. */
export async function listeningSockets(pid: number): Promise<string[]> {
  const tables = await Promise.all(
    ['tcp', 'tcp6'].map((name) => readFile(`/proc/net/${name}`, 'latin1').catch(() => '')),
  );
  // Columns: number, local address, remote address, state (0A listens), …, inode.
  const rows = tables.flatMap((table) => table.split('\n').map((line) => line.trim().split(/\s+/)));
  const listening = new Map(
    rows.filter(([, , , state]) => state === '0A').map((row) => [`socket:[${row[9]}]`, row[1]]),
  );
  const descriptors = await readdir(`/proc/${pid}/fd`).catch(() => []);
  const targets = await Promise.all(descriptors.map((name) => readlink(`/proc/${pid}/fd/${name}`).catch(() => '')));
  return targets.flatMap((target) => listening.get(target) ?? []);
}

/** Waits until a process stands still, as SIGSTOP has it. */
export async function untilStopped(pid: number): Promise<void> {
  await waitUntil('the process stands still', async () => {
    const stat = await readFile(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).startsWith('T');
  });
}
