import type { Dirent } from 'node:fs';
import { lstat, opendir } from 'node:fs/promises';
import { ioError, systemCode } from '../errors.ts';
import { type Matcher, createMatcher, toText } from './match-paths.ts';
import type { Selection } from './resolve-inputs.ts';

/** What a walk met and left alone; `findDocuments` counts. */
export type IgnoredCounts = { symlinks: number; specialFiles: number; hidden: number };

export type WalkOptions = {
  readonly ignored: IgnoredCounts;
  /** Real path of a directory that is not walked: the runs themselves are no documents. */
  readonly exclude?: string | undefined;
  readonly signal?: AbortSignal | undefined;
};

/**
 * The selected files below a directory as paths relative to it, in byte order of the whole paths (so `a-b` comes before
 * `a/b`), one character per byte. Holds the names of the directories on the current path and nothing else. Symbolic
 * links, special files and names that begin with `.` are counted, never followed. Throws `NO_INPUT` at the end for a
 * glob that matched nothing.
 */
export async function* walkFiles(selection: Selection, options: WalkOptions): AsyncGenerator<string> {
  const matcher = createMatcher(selection);
  const levels = [{ prefix: '', names: await listSelected(selection, '', matcher, options) }];
  for (let level = levels.at(-1); level !== undefined; level = levels.at(-1)) {
    options.signal?.throwIfAborted();
    const name = level.names.pop();
    if (name === undefined) levels.pop();
    else if (name.endsWith('/')) {
      const prefix = level.prefix + name;
      levels.push({ prefix, names: await listSelected(selection, prefix, matcher, options) });
    } else yield level.prefix + name;
  }
  matcher.refuseUnmatched();
}

/** The selected names of one directory, last one first; those of directories end in `/`, which is how they sort. */
async function listSelected(
  selection: Selection,
  prefix: string,
  matcher: Matcher,
  { ignored, exclude }: WalkOptions,
): Promise<string[]> {
  const excluded = exclude === undefined ? undefined : Buffer.from(exclude).toString('latin1');
  const named: ReadonlySet<string> = prefix === '' ? selection.files : new Set();
  const names = [...named];
  if (matcher.mayMatchBelow(prefix)) {
    const directory = `${selection.directory}/${prefix}`;
    for await (const entry of openEntries(directory, prefix !== '')) {
      if (named.has(entry.name)) continue;
      const kind = await findKind(entry, directory + entry.name);
      if (entry.name.startsWith('.')) ignored.hidden += 1;
      else if (directory + entry.name === excluded) continue;
      else if (kind === 'directory') names.push(`${entry.name}/`);
      else if (!matcher.matches(prefix + entry.name)) continue;
      else if (kind === 'file') names.push(entry.name);
      else if (kind === 'symlink') ignored.symlinks += 1;
      else ignored.specialFiles += 1;
    }
  }
  // The order of one-byte characters is the order of bytes.
  return names.sort().toReversed();
}

/** The entries of a directory; none when a directory below the root is gone by now. */
async function* openEntries(directory: string, mayBeGone: boolean): AsyncGenerator<Dirent> {
  try {
    yield* await opendir(Buffer.from(directory, 'latin1'), { encoding: 'latin1', bufferSize: 512 });
  } catch (error) {
    if (!mayBeGone || systemCode(error) !== 'ENOENT') throw ioError('list', toText(directory), error);
  }
}

type Kind = 'file' | 'directory' | 'symlink' | 'special';

async function findKind(entry: Dirent, path: string): Promise<Kind> {
  const kind = kindOf(entry);
  if (kind !== null) return kind;
  // Some file systems do not say what an entry is.
  const stats = await lstat(Buffer.from(path, 'latin1')).catch((error: unknown) => {
    throw ioError('read', toText(path), error);
  });
  return kindOf(stats) ?? 'special';
}

type Kinded = Pick<
  Dirent,
  'isFile' | 'isDirectory' | 'isSymbolicLink' | 'isFIFO' | 'isSocket' | 'isBlockDevice' | 'isCharacterDevice'
>;

function kindOf(entry: Kinded): Kind | null {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'directory';
  if (entry.isSymbolicLink()) return 'symlink';
  const special = entry.isFIFO() || entry.isSocket() || entry.isBlockDevice() || entry.isCharacterDevice();
  return special ? 'special' : null;
}
