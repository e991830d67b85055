import { createReadStream } from 'node:fs';
import {
  access,
  appendFile,
  link,
  mkdir,
  open,
  readFile,
  readdir,
  stat,
  unlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { ensureDirectory } from '../ensure-directory.ts';
import { systemCode } from '../errors.ts';
import { syncDirectory } from '../sync-directory.ts';
import { createOnce, probeRegister, removeStaleTemporaries, replaceFile } from './durable-files.ts';
import type { Store, StoredFile } from './store.ts';

/** The ledger in a file system: names are given by `link`, and `fsync` makes them last. */
export const files: Store = {
  probe: async (out) => {
    await ensureDirectory(out);
    await probeRegister(out);
  },
  createOnce,
  publishOnce: (localFile, path) => unless('EEXIST', () => link(localFile, path)),
  replace: replaceFile,
  append: (path, line) => appendFile(`${path}.jsonl`, `${line}\n`),
  nameAlso: link,
  touch: async (path, nowMs) => {
    await writeFile(path, '');
    await utimes(path, nowMs / 1000, nowMs / 1000);
  },
  makeDirectory: async (directory) => void (await unless('EEXIST', () => mkdir(directory))),
  open: openStored,
  readFile: (path) => readFile(path),
  readsAtOnce: 1,
  // A stream without an encoding gives buffers.
  chunks: (path): AsyncIterable<Buffer> => createReadStream(path, { highWaterMark: 1 << 20 }),
  has: (path) => unless('ENOENT', () => access(path)),
  modifiedAtMs: async (path) => (await stat(path)).mtimeMs,
  names: (directory) => readdir(directory),
  folders: async (directory) =>
    (await readdir(directory, { withFileTypes: true })).filter((entry) => entry.isDirectory()).map(({ name }) => name),
  remove: async (path) => void (await unless('ENOENT', () => unlink(path))),
  settle: syncDirectory,
  sweep: removeStaleTemporaries,
};

async function openStored(path: string): Promise<StoredFile> {
  await using resources = new AsyncDisposableStack();
  const file = resources.use(await open(path, 'r'));
  const { size } = await file.stat();
  const owned = resources.move();
  return {
    bytes: size,
    read: async (offset, length) => {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, offset);
      return buffer.subarray(0, bytesRead);
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** Whether a call ended well; false where it failed with this code, and throws where with another. */
async function unless(code: string, call: () => Promise<unknown>): Promise<boolean> {
  try {
    await call();
    return true;
  } catch (error) {
    if (systemCode(error) === code) return false;
    throw error;
  }
}
