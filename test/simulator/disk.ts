/**
 * A file system in memory that knows what a power cut would leave. What was written is volatile until its file is
 * synced, a name that was made or removed until its folder is. A power cut keeps any subset of what was not synced:
 * this disk promises no order, which is less than any real one.
 */
export type File = {
  readonly kind: 'file';
  readonly number: number;
  bytes: Buffer;
  /** What a sync has made safe; null for a file that was never synced. */
  synced: Buffer | null;
  mode: number;
  links: number;
};

export type Folder = {
  readonly kind: 'folder';
  readonly number: number;
  readonly names: Map<string, Node>;
  readonly synced: Map<string, Node>;
  /** The values that each name had since the last sync, oldest first; undefined for "not there". */
  readonly changed: Map<string, (Node | undefined)[]>;
};

export type Node = File | Folder;

export type Disk = { readonly root: Folder; nextNumber: number };

export function createDisk(): Disk {
  const disk = { nextNumber: 1 };
  return Object.assign(disk, { root: createFolder(disk) });
}

export function failWith(code: string, path: string): never {
  throw Object.assign(new Error(`${code}: ${path}`), { code });
}

function createFolder(disk: { nextNumber: number }): Folder {
  disk.nextNumber += 1;
  return { kind: 'folder', number: disk.nextNumber, names: new Map(), synced: new Map(), changed: new Map() };
}

function partsOf(path: string): string[] {
  return path.split('/').filter((part) => part !== '');
}

/** The node at a path; throws ENOENT or ENOTDIR. */
export function nodeAt(disk: Disk, path: string): Node {
  let node: Node = disk.root;
  for (const part of partsOf(path)) {
    if (node.kind !== 'folder') return failWith('ENOTDIR', path);
    node = node.names.get(part) ?? failWith('ENOENT', path);
  }
  return node;
}

export function fileAt(disk: Disk, path: string): File {
  const node = nodeAt(disk, path);
  return node.kind === 'file' ? node : failWith('EISDIR', path);
}

export function folderAt(disk: Disk, path: string): Folder {
  const node = nodeAt(disk, path);
  return node.kind === 'folder' ? node : failWith('ENOTDIR', path);
}

function placeOf(disk: Disk, path: string): { readonly folder: Folder; readonly name: string } {
  const parts = partsOf(path);
  const name = parts.pop() ?? failWith('EBUSY', path);
  return { folder: folderAt(disk, parts.join('/')), name };
}

function setName(folder: Folder, name: string, node: Node | undefined): void {
  if (node === undefined) folder.names.delete(name);
  else folder.names.set(name, node);
  folder.changed.set(name, [...(folder.changed.get(name) ?? []), node]);
}

export function makeFolder(disk: Disk, path: string): void {
  const { folder, name } = placeOf(disk, path);
  if (folder.names.has(name)) failWith('EEXIST', path);
  setName(folder, name, createFolder(disk));
}

/** A new empty file; throws EEXIST. */
export function makeFile(disk: Disk, path: string, mode: number): File {
  const { folder, name } = placeOf(disk, path);
  if (folder.names.has(name)) failWith('EEXIST', path);
  disk.nextNumber += 1;
  const file: File = { kind: 'file', number: disk.nextNumber, bytes: Buffer.alloc(0), synced: null, mode, links: 1 };
  setName(folder, name, file);
  return file;
}

export function link(disk: Disk, from: string, to: string): void {
  const file = fileAt(disk, from);
  const { folder, name } = placeOf(disk, to);
  if (folder.names.has(name)) failWith('EEXIST', to);
  file.links += 1;
  setName(folder, name, file);
}

export function unlink(disk: Disk, path: string): void {
  const file = fileAt(disk, path);
  const { folder, name } = placeOf(disk, path);
  file.links -= 1;
  setName(folder, name, undefined);
}

export function rename(disk: Disk, from: string, to: string): void {
  const node = nodeAt(disk, from);
  const source = placeOf(disk, from);
  const target = placeOf(disk, to);
  const replaced = target.folder.names.get(target.name);
  if (replaced?.kind === 'folder' && replaced.names.size > 0) failWith('ENOTEMPTY', to);
  if (replaced?.kind === 'file') replaced.links -= 1;
  setName(source.folder, source.name, undefined);
  setName(target.folder, target.name, node);
}

export function removeTree(disk: Disk, path: string): void {
  const { folder, name } = placeOf(disk, path);
  if (folder.names.has(name)) setName(folder, name, undefined);
}

export function sync(node: Node): void {
  if (node.kind === 'file') {
    node.synced = node.bytes;
    return;
  }
  node.synced.clear();
  for (const [name, value] of node.names) node.synced.set(name, value);
  node.changed.clear();
}

/** Syncs everything: the state of a machine that was shut down in order. */
export function syncAll(node: Node): void {
  sync(node);
  if (node.kind === 'folder') for (const child of node.names.values()) syncAll(child);
}

/** Makes a name as unsafe as if its folder had not been synced since it was made. */
export function unsync(disk: Disk, path: string): void {
  const { folder, name } = placeOf(disk, path);
  folder.synced.delete(name);
  folder.changed.set(name, [folder.names.get(name)]);
}

/** Chooses one of so many outcomes of a power cut. */
export type Choose = (outcomes: number) => number;

/**
 * The disk after a power cut, or, where nothing is left to choose, after a shutdown. Of each name and of each content
 * that was not synced, `choose` says what has survived; `decides` tells for which folders and files it is asked, the
 * others stay as they are.
 */
export function cutPower(disk: Disk, choose: Choose, decides: (path: string) => boolean = () => true): Disk {
  const after: Disk = { ...createDisk(), nextNumber: disk.nextNumber };
  const copies = new Map<Node, Node>([[disk.root, after.root]]);
  copyNames(disk.root, '');
  syncAll(after.root);
  return after;

  function copyNames(folder: Folder, path: string): void {
    const copy = copies.get(folder);
    if (copy?.kind !== 'folder') throw new Error('A folder was not copied.');
    for (const [name, node] of survivingNames(folder, path)) {
      const known = copies.get(node);
      if (known !== undefined) {
        if (known.kind === 'file') known.links += 1;
        copy.names.set(name, known);
        continue;
      }
      const made = copyNode(node, `${path}/${name}`);
      copies.set(node, made);
      copy.names.set(name, made);
      if (node.kind === 'folder') copyNames(node, `${path}/${name}`);
    }
  }

  function survivingNames(folder: Folder, path: string): Map<string, Node> {
    if (!decides(path)) return folder.names;
    const names = new Map(folder.synced);
    for (const [name, values] of folder.changed) {
      const outcomes = [folder.synced.get(name), ...values];
      const survivor = outcomes[choose(outcomes.length)];
      if (survivor === undefined) names.delete(name);
      else names.set(name, survivor);
    }
    return names;
  }

  function copyNode(node: Node, path: string): Node {
    if (node.kind === 'folder') return { ...createFolder(after), number: node.number };
    const bytes = survivingBytes(node, path);
    return { ...node, bytes, synced: bytes, links: 1 };
  }

  function survivingBytes(file: File, path: string): Buffer {
    if (file.synced?.equals(file.bytes) === true || !decides(path)) return file.bytes;
    const outcomes = [
      file.synced ?? Buffer.alloc(0),
      file.bytes.subarray(0, file.bytes.length >> 1),
      Buffer.alloc(file.bytes.length),
      file.bytes,
    ];
    return outcomes[choose(outcomes.length)] ?? file.bytes;
  }
}

/** Every disk that a power cut could leave. */
export function* allPowerCuts(disk: Disk, decides: (path: string) => boolean): Generator<Disk> {
  let prefix: number[] = [];
  for (;;) {
    const taken: { readonly choice: number; readonly outcomes: number }[] = [];
    const choose: Choose = (outcomes) => {
      const choice = prefix[taken.length] ?? 0;
      taken.push({ choice, outcomes });
      return choice;
    };
    yield cutPower(disk, choose, decides);
    // Counting on: the last choice that has another outcome takes it, and those behind it begin anew.
    const last = taken.findLastIndex(({ choice, outcomes }) => choice + 1 < outcomes);
    if (last === -1) return;
    prefix = taken.slice(0, last + 1).map(({ choice }, index) => (index === last ? choice + 1 : choice));
  }
}
