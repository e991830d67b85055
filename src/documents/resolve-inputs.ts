import type { Stats } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { AppError, ioError, systemCode } from '../errors.ts';
import { isObjectUrl } from '../object-storage/location.ts';
import { hasMagic } from './match-paths.ts';
import { resolveObjectInput } from './resolve-object-input.ts';

/**
 * What is taken from one directory. Paths and names hold one character per byte (latin1), so that they sort by bytes
 * and any name survives.
 */
export type Selection = {
  /** The real path of the directory, or the `s3://` URL of what the keys have in common. */
  readonly directory: string;
  /** Whether every file below is taken. */
  everything: boolean;
  /** Names of files of the directory itself that were given by name: taken even if hidden. */
  readonly files: Set<string>;
  /** Patterns relative to the directory. */
  readonly globs: Set<string>;
};

/**
 * Turns inputs (directories, files, globs, `s3://` URLs) into what to take from which directory, in byte order of the
 * directories. A symbolic link that is named here is followed once. Throws `NO_INPUT` for what is not there and `USAGE`
 * for one directory inside another, since its documents would have two ids.
 */
export async function resolveInputs(inputs: readonly string[]): Promise<readonly Selection[]> {
  const selections = new Map<string, Selection>();
  for (const input of inputs) {
    const place = await resolveInput(input);
    const selection = selections.get(place.directory) ?? {
      directory: place.directory,
      everything: false,
      files: new Set(),
      globs: new Set(),
    };
    selections.set(place.directory, selection);
    if (place.kind === 'directory') selection.everything = true;
    else if (place.kind === 'file') selection.files.add(place.name);
    else selection.globs.add(place.pattern);
  }
  const sorted = [...selections.values()].toSorted((one, other) => compare(asPrefix(one), asPrefix(other)));
  refuseNested(sorted);
  return sorted;
}

export type Place =
  | { readonly kind: 'directory'; readonly directory: string }
  | { readonly kind: 'file'; readonly directory: string; readonly name: string }
  | { readonly kind: 'glob'; readonly directory: string; readonly pattern: string };

async function resolveInput(input: string): Promise<Place> {
  if (isObjectUrl(input)) return resolveObjectInput(input);
  const stats = await statOrNull(input);
  if (stats === null) return resolveGlob(input);
  const path = await readRealPath(input);
  if (stats.isDirectory()) return { kind: 'directory', directory: path };
  if (stats.isFile()) return { kind: 'file', directory: dirname(path), name: basename(path) };
  throw new AppError(
    'USAGE',
    `Input \`${input}\` is neither a file nor a directory; to read from a pipe, give \`-\` and redirect it to stdin.`,
  );
}

async function resolveGlob(input: string): Promise<Place> {
  const parts = input.split('/');
  const firstMagic = parts.findIndex(hasMagic);
  const base = parts.slice(0, firstMagic).join('/') || (input.startsWith('/') ? '/' : '.');
  const stats = firstMagic === -1 ? null : await statOrNull(base);
  if (stats?.isDirectory() !== true) {
    throw new AppError('NO_INPUT', `Input \`${input}\` does not exist; check the path.`);
  }
  return { kind: 'glob', directory: await readRealPath(base), pattern: parts.slice(firstMagic).join('/') };
}

async function statOrNull(path: string): Promise<Stats | null> {
  try {
    return await stat(path);
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG') return null;
    throw ioError('read', path, error);
  }
}

async function readRealPath(path: string): Promise<string> {
  try {
    return (await realpath(path, { encoding: 'buffer' })).toString('latin1');
  } catch (error) {
    throw ioError('read', path, error);
  }
}

function refuseNested(sorted: readonly Selection[]): void {
  let outer: Selection | undefined;
  for (const inner of sorted) {
    if (outer !== undefined && asPrefix(inner).startsWith(asPrefix(outer))) {
      throw new AppError(
        'USAGE',
        `Input directory \`${toText(inner)}\` lies inside input directory \`${toText(outer)}\`; give only the outer one, or a quoted glob that starts there.`,
      );
    }
    outer = inner;
  }
}

function asPrefix({ directory }: Selection): string {
  return directory.endsWith('/') ? directory : `${directory}/`;
}

function toText({ directory }: Selection): string {
  return Buffer.from(directory, 'latin1').toString('utf8');
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
