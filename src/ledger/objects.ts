import { randomUUID } from 'node:crypto';
import { systemCode } from '../errors.ts';
import { faultPoint } from '../fault-points.ts';
import { listNames } from '../object-storage/list-objects.ts';
import { deleteObject, hasObject, headObject, putIfAbsent, putObject } from '../object-storage/objects.ts';
import { type OpenedObject, openObject, readObject } from '../object-storage/open-object.ts';
import { uploadObject } from '../object-storage/upload-object.ts';
import type { Store, StoredFile } from './store.ts';

/**
 * The ledger in object storage: a name is given by a put that the store refuses where there is one (`If-None-Match: *`).
 * An object appears whole and is durable when the store says so; there are no directories, and nothing to sync or sweep.
 */
export const objects: Store = {
  probe,
  createOnce: (_temporaryDirectory, path, bytes) => putOnce(path, bytes),
  publishOnce: (localFile, path) => putOnce(path, { file: localFile }),
  replace: async (_temporaryDirectory, path, contents) => {
    faultPoint('object.replacing', path);
    await uploadObject(path, contents);
    faultPoint('object.replaced', path);
  },
  // An object cannot grow, so each line is one.
  append: (path, line) => putObject(`${path}-${randomUUID()}.jsonl`, `${line}\n`),
  nameAlso: async (path, other) => putObject(other, await readObject(path)),
  touch: (path) => putObject(path, ''),
  makeDirectory: async () => undefined,
  open: async (path) => inWindows(await openObject(path)),
  readFile: readObject,
  // A get takes tens of milliseconds, most of them waiting.
  readsAtOnce: 16,
  chunks: async function* (path) {
    yield* (await openObject(path)).chunks();
  },
  has: hasObject,
  modifiedAtMs: async (path) => (await headObject(path)).modifiedAtMs,
  names: async (directory) => (await listNames(`${directory}/`)).objects.map(({ name }) => name),
  folders: async (directory) => [...(await listNames(`${directory}/`)).folders],
  remove: deleteObject,
  settle: async () => undefined,
  sweep: async () => undefined,
};

/** A put whose reply was lost is sent again, and then refused for the object that it has written itself: its mark tells. */
async function putOnce(path: string, content: Uint8Array | { readonly file: string }): Promise<boolean> {
  const mark = randomUUID();
  try {
    await putIfAbsent(path, content, mark);
    return true;
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error;
    return (await headObject(path)).mark === mark;
  }
}

/** One after the other shows a store that ignores the condition, at once one that looks first and writes then. */
const PROBES_AT_ONCE = 4;

async function probe(out: string): Promise<void> {
  const path = `${out}/.probe-${randomUUID()}`;
  try {
    const first = await putOnce(path, Buffer.from('first'));
    const second = await putOnce(path, Buffer.from('second'));
    const racers = Array.from({ length: PROBES_AT_ONCE }, (_, number) =>
      putOnce(`${path}-race`, Buffer.from(`${number}`)),
    );
    const winners = (await Promise.all(racers)).filter((won) => won).length;
    if (!first || second || winners !== 1) {
      throw Object.assign(new Error('conditional puts are not exclusive'), { code: 'ENOTSUP' });
    }
  } finally {
    await deleteObject(path);
    await deleteObject(`${path}-race`);
  }
}

const WINDOW_BYTES = 256 * 1024;

/** Neighbouring slices, such as the lines of a plan read in order, come with one call; the files of a ledger never change. */
function inWindows(object: OpenedObject): StoredFile {
  let window: Buffer = Buffer.alloc(0);
  let start = 0;
  return {
    bytes: object.bytes,
    read: async (offset, length) => {
      if (offset < start || offset + length > start + window.length) {
        window = await object.read(offset, Math.max(length, WINDOW_BYTES));
        start = offset;
      }
      return window.subarray(offset - start, offset - start + length);
    },
    [Symbol.asyncDispose]: async () => undefined,
  };
}
