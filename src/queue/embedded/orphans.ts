import { readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { parseJson } from '../../../schemas/json.ts';

const OWNER_FILE = 'owner.json';
/** A directory without a word of its owner was left by a process that died while it started. */
const SILENT_MS = 3_600_000;

const ownerSchema = z.object({
  host: z.string(),
  owner: z.int(),
  server: z.int(),
  serverStarted: z.string(),
  home: z.string(),
});

/** Notes which process owns the server in `directory`, so that its orphan can be found after a `kill -9`. */
export async function writeOwner(
  directory: string,
  { server, home }: { readonly server: number; readonly home: string },
): Promise<void> {
  const owner = { host: hostname(), owner: process.pid, server, serverStarted: await startTime(server), home };
  const temporary = join(directory, `${OWNER_FILE}.new`);
  await writeFile(temporary, JSON.stringify(owner), { mode: 0o600 });
  await rename(temporary, join(directory, OWNER_FILE));
}

/**
 * Ends queue servers of this host whose owner is dead, and removes their data: Node has no way to let a child die with
 * its parent.
 */
export async function reapOrphans(dataDirectory: string): Promise<void> {
  for (const name of await readdir(dataDirectory)) {
    const directory = join(dataDirectory, name);
    const owner = ownerSchema.safeParse(parseJson(await readFile(join(directory, OWNER_FILE), 'utf8').catch(() => '')));
    if (!owner.success) {
      await removeIfOld(directory);
      continue;
    }
    const { host, server, serverStarted, home } = owner.data;
    if (host !== hostname() || isAlive(owner.data.owner)) continue;
    // A process id may have been given to another program since: only the same start time is the same process.
    if (serverStarted !== '' && (await startTime(server)) === serverStarted) killIfAlive(server);
    await rm(home, { recursive: true, force: true });
    await rm(directory, { recursive: true, force: true });
  }
}

/** Kills a process, if it is there. */
export function killIfAlive(pid: number): void {
  if (pid > 0 && isAlive(pid)) process.kill(pid, 'SIGKILL');
}

async function removeIfOld(directory: string): Promise<void> {
  const age = await stat(directory).then(
    ({ mtimeMs }) => Date.now() - mtimeMs,
    () => 0,
  );
  if (age > SILENT_MS) await rm(directory, { recursive: true, force: true });
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
  const text = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '');
  return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}
