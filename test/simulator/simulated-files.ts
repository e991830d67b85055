import { AsyncLocalStorage } from 'node:async_hooks';
import type * as streams from 'node:fs';
import { constants } from 'node:fs';
import type * as fileSystem from 'node:fs/promises';
import { Readable } from 'node:stream';
import type * as timers from 'node:timers/promises';
import * as disks from './disk.ts';

export type Operation = { readonly name: string; readonly path: string };

/** What the world lets an operation do: its work, or fail before or after it. */
export type Permission = { readonly failBefore?: string; readonly failAfter?: string };

/** Who works on the simulated disk. */
export type Actor = {
  readonly name: string;
  readonly disk: () => disks.Disk;
  /** Waits until the world lets this actor go on; never, when it was killed. */
  readonly arrive: (operation: Operation) => Promise<Permission>;
  /** What the operation gave, as far as the actor can tell. */
  readonly note: (operation: Operation, outcome: string) => void;
  /** Numbers for names that are random otherwise. */
  nextNumber: number;
};

const actors = new AsyncLocalStorage<Actor>();

/** Runs code whose files are those of the actor's disk. */
export function actAs<T>(actor: Actor, work: () => Promise<T>): Promise<T> {
  return actors.run(actor, work);
}

/** Random names are numbered where an actor asks for them. */
export function numberedUuid(real: () => string): string {
  const actor = actors.getStore();
  if (actor === undefined) return real();
  actor.nextNumber += 1;
  return `${actor.name}-${actor.nextNumber}`;
}

/** An actor waits for no time: what may happen meanwhile can happen before each of its operations. */
export function simulateTimers(real: typeof timers): Record<string, unknown> {
  const setTimeout: typeof real.setTimeout = (milliseconds, value, options) =>
    actors.getStore() === undefined ? real.setTimeout(milliseconds, value, options) : real.setImmediate(value, options);
  return { ...real, setTimeout };
}

/** One operation of the actor that calls: lets the world decide, does it, and notes what came of it. */
async function perform<T>(actor: Actor, operation: Operation, act: (disk: disks.Disk) => T): Promise<T> {
  const { failBefore, failAfter } = await actor.arrive(operation);
  try {
    if (failBefore !== undefined) disks.failWith(failBefore, operation.path);
    const value = act(actor.disk());
    if (failAfter !== undefined) disks.failWith(failAfter, operation.path);
    actor.note(operation, noteOf(value));
    return value;
  } catch (error) {
    actor.note(operation, error instanceof Error && 'code' in error ? String(error.code) : String(error));
    throw error;
  }
}

function noteOf(value: unknown): string {
  if (Buffer.isBuffer(value)) return value.toString('latin1');
  return Array.isArray(value) ? value.join(',') : '';
}

type Content = string | Uint8Array | Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>;

async function toBytes(content: Content): Promise<Buffer> {
  if (typeof content === 'string') return Buffer.from(content);
  if (content instanceof Uint8Array) return Buffer.from(content);
  const pieces: Buffer[] = [];
  for await (const piece of content) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces);
}

function statsOf(node: disks.Node) {
  const size = node.kind === 'file' ? node.bytes.length : 0;
  return {
    size,
    ino: node.number,
    nlink: node.kind === 'file' ? node.links : 1,
    mode: node.kind === 'file' ? node.mode : 0o755,
    // Nothing on this disk ever gets old.
    mtimeMs: Date.now(),
    isFile: () => node.kind === 'file',
    isDirectory: () => node.kind === 'folder',
  };
}

function openHandle(actor: Actor, path: string, node: disks.Node, append: boolean) {
  const asFile = (): disks.File => (node.kind === 'file' ? node : disks.failWith('EISDIR', path));
  let position = append ? asFile().bytes.length : 0;
  const write = (bytes: Buffer): void => {
    const file = asFile();
    const end = append ? file.bytes.length : position;
    file.bytes = Buffer.concat([file.bytes.subarray(0, end), bytes, file.bytes.subarray(end + bytes.length)]);
    position = end + bytes.length;
  };
  const close = (): Promise<void> => Promise.resolve();
  return {
    writeFile: async (content: Content) => {
      const bytes = await toBytes(content);
      await perform(actor, { name: 'write', path }, () => write(bytes));
    },
    read: async (buffer: Buffer, offset: number, length: number, from: number) => ({
      bytesRead: asFile().bytes.copy(buffer, offset, from, from + length),
      buffer,
    }),
    stat: async () => statsOf(node),
    chmod: async (mode: number) => {
      asFile().mode = mode;
    },
    sync: () => perform(actor, { name: 'sync', path }, () => disks.sync(node)),
    createReadStream: () => Readable.from([asFile().bytes], { objectMode: false }),
    close,
    [Symbol.asyncDispose]: close,
  };
}

function openNode(disk: disks.Disk, path: string, flags: string | number, mode: number): disks.Node {
  const creates = typeof flags === 'number' ? (flags & constants.O_CREAT) !== 0 : /[wa]/.test(flags);
  const exclusive = typeof flags === 'number' ? (flags & constants.O_EXCL) !== 0 : flags.includes('x');
  if (!creates) return disks.nodeAt(disk, path);
  if (exclusive) return disks.makeFile(disk, path, mode);
  try {
    const file = disks.fileAt(disk, path);
    if (flags === 'w') file.bytes = Buffer.alloc(0);
    return file;
  } catch {
    return disks.makeFile(disk, path, mode);
  }
}

function entryOf(name: string, node: disks.Node, parentPath: string) {
  return { name, parentPath, isFile: () => node.kind === 'file', isDirectory: () => node.kind === 'folder' };
}

/** The calls of `node:fs/promises` that the code under test makes, on the disk of an actor. */
function simulatedCalls(actor: Actor) {
  const on = <T>(name: string, path: string, act: (disk: disks.Disk) => T) => perform(actor, { name, path }, act);
  const writeFile = async (path: string, content: Content, flags: string) => {
    const bytes = await toBytes(content);
    await on('write', path, (disk) => {
      const node = openNode(disk, path, flags, 0o644);
      if (node.kind === 'file') node.bytes = Buffer.concat([node.bytes, bytes]);
    });
  };
  return {
    open: async (path: string, flags: string | number = 'r', mode = 0o644) => {
      const node = await on('open', path, (disk) => openNode(disk, path, flags, mode));
      return openHandle(actor, path, node, flags === 'a');
    },
    readFile: async (path: string, encoding?: BufferEncoding) => {
      const bytes = await on('read', path, (disk) => disks.fileAt(disk, path).bytes);
      return encoding === undefined ? bytes : bytes.toString(encoding);
    },
    readdir: async (path: string, options?: { readonly withFileTypes?: boolean }) => {
      const names = await on('list', path, (disk) => [...disks.folderAt(disk, path).names.keys()].sort());
      if (options?.withFileTypes !== true) return names;
      return names.map((name) => entryOf(name, disks.nodeAt(actor.disk(), `${path}/${name}`), path));
    },
    writeFile: (path: string, content: Content) => writeFile(path, content, 'w'),
    appendFile: (path: string, content: Content) => writeFile(path, content, 'a'),
    access: (path: string) => on('look', path, (disk) => void disks.nodeAt(disk, path)),
    stat: (path: string) => on('look', path, (disk) => statsOf(disks.nodeAt(disk, path))),
    realpath: async (path: string | Buffer) => Buffer.from(String(path).replace(/\/$/, '')),
    mkdir: (path: string) => on('mkdir', path, (disk) => disks.makeFolder(disk, path)),
    link: (from: string, to: string) => on('link', to, (disk) => disks.link(disk, from, to)),
    unlink: (path: string) => on('unlink', path, (disk) => disks.unlink(disk, path)),
    rename: (from: string, to: string) => on('rename', to, (disk) => disks.rename(disk, from, to)),
    rm: (path: string) => on('remove', path, (disk) => disks.removeTree(disk, path)),
    utimes: async () => undefined,
  };
}

/** `node:fs/promises` for the code under test: the simulated disk for actors, the real one for everybody else. */
export function simulateFiles(real: typeof fileSystem): Record<string, unknown> {
  const simulated: Record<string, unknown> = { ...real };
  for (const name of Object.keys(simulatedCalls(NOBODY))) {
    simulated[name] = (...given: readonly unknown[]): unknown => {
      const actor = actors.getStore();
      const table: object = actor === undefined ? real : simulatedCalls(actor);
      const call = callOf(table, name);
      // Paths of documents come as buffers; what is written stays as it is.
      const [path, ...rest] = given;
      const place = actor !== undefined && Buffer.isBuffer(path) ? path.toString() : path;
      return call.apply(table, [place, ...rest]);
    };
  }
  return simulated;
}

function callOf(table: object, name: string): (...given: readonly unknown[]) => unknown {
  const call: unknown = Reflect.get(table, name);
  if (typeof call !== 'function') throw new Error(`There is no call \`${name}\`.`);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a function that takes and gives what it likes
  return call as (...given: readonly unknown[]) => unknown;
}

/** `createReadStream` of `node:fs` in the same way. */
export function simulateStreams<T extends Pick<typeof streams, 'createReadStream'>>(real: T): T {
  const createReadStream = (path: string): Readable => {
    const actor = actors.getStore();
    if (actor === undefined) return real.createReadStream(path);
    return Readable.from(readWhole(actor, path), { objectMode: false });
  };
  return { ...real, createReadStream };
}

async function* readWhole(actor: Actor, path: string): AsyncGenerator<Buffer> {
  yield await perform(actor, { name: 'read', path }, (disk) => disks.fileAt(disk, path).bytes);
}

const NOBODY: Actor = {
  name: 'nobody',
  disk: disks.createDisk,
  arrive: async () => ({}),
  note: () => undefined,
  nextNumber: 0,
};
