import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { AppError } from '../errors.ts';
import { isObjectUrl } from '../object-storage/location.ts';
import type { Reading } from './document.ts';
import { type FindOptions, type FoundDocument, findInFile, findInRecordFile } from './find-in-file.ts';
import { toDocumentId } from './id.ts';
import { maxPathIdLength } from './limits.ts';
import { mapInOrder } from '../map-in-order.ts';
import { nameRoots, type Root, stdinRootName } from './name-roots.ts';
import { resolveInputs } from './resolve-inputs.ts';
import { type StoredStdin, storeStdin } from './store-stdin.ts';
import { type IgnoredCounts, type WalkOptions, walkFiles } from './walk-files.ts';
import { walkObjects } from './walk-objects.ts';

/** Where documents come from. Disposing removes what a dry run kept of stdin and unpacked. */
export type Inputs = AsyncDisposable & {
  /** Absolute real path, or URL, of each named root. */
  readonly roots: Readonly<Record<string, string>>;
  readonly ignored: IgnoredCounts;
  readonly directories: readonly Root[];
  readonly exclude: string | undefined;
  readonly stdin: StoredStdin | null;
  /** Where stdin and what is unpacked are kept: the root `input` of such documents. */
  readonly store: string;
  readonly reading: Reading;
  readonly compareRecords: boolean;
};

/**
 * Opens inputs: directories, files, globs, and `-` for stdin, whose bytes are stored in `storeDirectory` (or, where that
 * is null, in a temporary directory until disposal), as is what will be unpacked. The directory `exclude` is not walked.
 * Throws `NO_INPUT` for what is not there and `USAGE` for inputs that contain each other.
 */
export async function openInputs(
  inputs: readonly string[],
  options: {
    readonly stdin?: AsyncIterable<Uint8Array>;
    readonly storeDirectory: string | null;
    readonly exclude?: string;
    /** How records are read; plainly where nothing is said. */
    readonly reading?: Reading;
    readonly compareRecords?: boolean;
  },
): Promise<Inputs> {
  const directories = nameRoots(await resolveInputs(inputs.filter((input) => input !== '-')));
  await using resources = new AsyncDisposableStack();
  const store = resolve(options.storeDirectory ?? (await mkdtemp(join(tmpdir(), 'docmill-'))));
  if (options.storeDirectory === null) resources.defer(() => rm(store, { recursive: true, force: true }));
  const stdin = inputs.includes('-') ? await storeStdin(stdinOf(options), store) : null;
  const roots = new Map(directories.map(({ name, path }) => [name, path]));
  if (stdin !== null) roots.set(stdinRootName, stdin.directory);
  const owned = resources.move();
  return {
    roots: Object.fromEntries(roots),
    ignored: { symlinks: 0, specialFiles: 0, hidden: 0 },
    directories,
    exclude: options.exclude,
    stdin,
    store,
    reading: options.reading ?? { records: {}, keep: [] },
    compareRecords: options.compareRecords ?? false,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/**
 * Every document of the inputs with its hash, in byte order of the paths, then by record number; counts in
 * `inputs.ignored` what it left alone. A file that cannot be read is a document without a hash. Memory grows with the
 * names of one directory, not with the set.
 */
export async function* findDocuments(inputs: Inputs, signal?: AbortSignal): AsyncGenerator<FoundDocument> {
  const names = Object.keys(inputs.roots).toSorted(compareAsPrefixes);
  for (const name of names) {
    const idPrefix = names.length > 1 ? `${name}/` : '';
    const directory = inputs.directories.find((root) => root.name === name);
    if (directory !== undefined) yield* findInDirectory(directory, { ...inputs, idPrefix, signal });
    else if (inputs.stdin !== null) yield* findInStdin(inputs.stdin, { ...inputs, idPrefix, signal });
  }
}

function stdinOf({ stdin }: { readonly stdin?: AsyncIterable<Uint8Array> }): AsyncIterable<Uint8Array> {
  if (stdin === undefined) throw new AppError('USAGE', 'Input `-` needs a stdin to read from; give files instead.');
  return stdin;
}

/** Compares `a/` with `b/`, so that ids that begin with a root's name are in byte order too. */
function compareAsPrefixes(one: string, other: string): number {
  return Buffer.compare(Buffer.from(`${one}/`), Buffer.from(`${other}/`));
}

async function* findInDirectory(
  { name, selection }: Root,
  options: WalkOptions & FindOptions & { readonly idPrefix: string },
): AsyncGenerator<FoundDocument> {
  const { idPrefix } = options;
  const walk = isObjectUrl(selection.directory) ? walkObjects : walkFiles;
  const found = mapInOrder(walk(selection, options), filesAtOnce, async (path) => {
    const relative = toDocumentId(path);
    if (relative.length > maxPathIdLength) throw tooLongPath(name, relative);
    const file = Buffer.from(`${selection.directory}/${path}`, 'latin1');
    const place = { file, id: idPrefix + relative, idPrefix, source: { root: name, path: relative } };
    return findInFile(place, options);
  });
  for await (const documents of found) {
    options.signal?.throwIfAborted();
    yield* documents;
  }
}

function tooLongPath(root: string, relative: string): AppError {
  const start = relative.slice(0, 100);
  return new AppError(
    'USAGE',
    `A path below \`${start}…\` in input \`${root}\` is too long for a document id; shorten its names, or those with unusual characters.`,
  );
}

/** How many files are read at the same time: enough to hide the latency of a network disk. */
const filesAtOnce = 8;

async function* findInStdin(
  stdin: StoredStdin,
  options: FindOptions & { readonly idPrefix: string },
): AsyncGenerator<FoundDocument> {
  const { idPrefix } = options;
  const { sha256, bytes } = stdin;
  const source = { root: stdinRootName, path: sha256 };
  const place = { file: Buffer.from(`${stdin.directory}/${sha256}`), id: `${idPrefix}stdin`, idPrefix, source };
  const kind = stdin.records ? 'jsonl' : options.reading.records.textColumn === undefined ? null : 'csv';
  if (kind !== null) yield* findInRecordFile(kind, place, options);
  else yield { id: place.id, source, sha256, bytes, ownId: false, content: sha256 };
}
