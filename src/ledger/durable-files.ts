import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { link, open, readdir, rename, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { systemCode } from '../errors.ts';
import { faultPoint } from '../fault-points.ts';
import { syncDirectory } from '../sync-directory.ts';

/**
 * The register: sets `path` to `bytes` if nothing has that name yet. True when this call set it, false when it was set
 * already; either way the file is whole, never changes again, and is durable when the call returns.
 *
 * `link` is the one atomic create-if-absent of a file system that also exists on NFS. The file is complete, synced and
 * closed before it gets its name, so a reader never sees a prefix and no late writer can reach it. `temporaryDirectory`
 * must be on the same file system. See "Guarantees" in docs/lifecycle.md.
 */
export async function createOnce(temporaryDirectory: string, path: string, bytes: Uint8Array): Promise<boolean> {
  const temporary = await writeTemporary(temporaryDirectory, path, bytes);
  faultPoint('register.closed', path);
  const won = await publish(temporary, path);
  faultPoint('register.durable', path);
  return won;
}

/** Replaces `path` by a file written by `write`: readers see the old file or the whole new one. Not a register. */
export async function replaceFile(
  temporaryDirectory: string,
  path: string,
  contents: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<void> {
  const temporary = join(temporaryDirectory, `${basename(path)}.${randomUUID()}`);
  try {
    await using file = await open(temporary, NEW_FILE, 0o644);
    for await (const chunk of contents) {
      await file.writeFile(chunk);
      faultPoint('replace.half-written', path);
    }
    await file.sync();
    faultPoint('replace.synced', path);
    await rename(temporary, path);
    faultPoint('replace.renamed', path);
  } catch (error) {
    await unlink(temporary).catch(ignoreMissing);
    throw error;
  }
  await syncDirectory(dirname(path));
}

const STALE_MS = 24 * 3600 * 1000;

/** Removes the files that killed processes left in a directory for temporary files more than a day ago. */
export async function removeStaleTemporaries(directory: string, nowMs: number): Promise<void> {
  for (const name of await readdir(directory)) {
    const path = join(directory, name);
    const stats = await stat(path).catch(() => null);
    if (stats?.isFile() === true && nowMs - stats.mtimeMs > STALE_MS) await unlink(path).catch(ignoreMissing);
  }
}

/**
 * Proves that the directory can hold a ledger: create, link, refuse the second link, sync. Throws the failed call's
 * error; the caller says it in words.
 */
export async function probeRegister(directory: string): Promise<void> {
  const path = join(directory, `.probe-${randomUUID()}`);
  try {
    const first = await createOnce(directory, path, Buffer.from('first'));
    const second = await createOnce(directory, path, Buffer.from('second'));
    if (!first || second) throw Object.assign(new Error('links are not exclusive'), { code: 'ENOTSUP' });
  } finally {
    await unlink(path).catch(ignoreMissing);
  }
}

const NEW_FILE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

/**
 * A failed fsync marks the pages clean, so a second fsync of the same file would lie: the file is thrown away and
 * written anew, once. A second failure is the disk's and goes up.
 */
async function writeTemporary(directory: string, path: string, bytes: Uint8Array): Promise<string> {
  try {
    return await writeSynced(directory, path, bytes);
  } catch (error) {
    if (systemCode(error) !== 'EIO') throw error;
    return writeSynced(directory, path, bytes);
  }
}

/** The new file under a temporary name, for `path`. */
async function writeSynced(directory: string, path: string, bytes: Uint8Array): Promise<string> {
  const temporary = join(directory, `${basename(path)}.${randomUUID()}`);
  const half = bytes.byteLength >> 1;
  try {
    await using file = await open(temporary, NEW_FILE, 0o600);
    faultPoint('register.opened', path);
    await file.writeFile(bytes.subarray(0, half));
    faultPoint('register.half-written', path);
    await file.writeFile(bytes.subarray(half));
    const { size } = await file.stat();
    if (size !== bytes.byteLength) throw Object.assign(new Error('short write'), { code: 'EIO' });
    await file.chmod(0o444);
    faultPoint('register.written', path);
    await file.sync();
    faultPoint('register.synced', path);
    return temporary;
  } catch (error) {
    await unlink(temporary).catch(ignoreMissing);
    throw error;
  }
}

/** Gives the file its name if nothing has it; durable when it returns. */
async function publish(temporary: string, path: string): Promise<boolean> {
  try {
    return await linkOnce(temporary, path);
  } finally {
    await unlink(temporary).catch(ignoreMissing);
    faultPoint('register.unlinked', path);
    await syncDirectory(dirname(path));
  }
}

async function linkOnce(temporary: string, path: string): Promise<boolean> {
  try {
    await link(temporary, path);
    faultPoint('register.linked', path);
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    // A network file system can do the link and lose the reply: two names on our file mean that it was done.
    if ((await stat(temporary)).nlink === 2) return true;
    throw error;
  }
}

function ignoreMissing(error: unknown): void {
  if (systemCode(error) !== 'ENOENT') throw error;
}
