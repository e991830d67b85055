import { readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { parseJson } from '../../../schemas/json.ts';

const OWNER_FILE = 'owner.json';

const ownerSchema = z.object({ owner: z.int(), server: z.int(), serverStarted: z.string() });

/** Notes which process owns the server in `directory`, so that its orphan can be found after a `kill -9`. */
export async function writeOwner(directory: string, server: number): Promise<void> {
  const owner = { owner: process.pid, server, serverStarted: await startTime(server) };
  await writeFile(join(directory, OWNER_FILE), JSON.stringify(owner), { mode: 0o600 });
}

/** Ends queue servers whose owner is dead, and removes their data: Node has no way to let a child die with its parent. */
export async function reapOrphans(dataDirectory: string): Promise<void> {
  for (const name of await readdir(dataDirectory)) {
    const directory = join(dataDirectory, name);
    const owner = ownerSchema.safeParse(parseJson(await readFile(join(directory, OWNER_FILE), 'utf8').catch(() => '')));
    if (!owner.success || isAlive(owner.data.owner)) continue;
    // A process id may have been given to another program since: only the same start time is the same process.
    const { server, serverStarted } = owner.data;
    if (isAlive(server) && serverStarted !== '' && (await startTime(server)) === serverStarted)
      process.kill(server, 'SIGKILL');
    await rm(directory, { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Field 22 of `/proc/<pid>/stat`; empty where there is no such file, and then nothing is ever killed. */
async function startTime(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}
