import type { Sha256 } from '../../schemas/ids.ts';
import type { PlannedDocument, Source } from '../../schemas/plan.ts';
import { AppError } from '../errors.ts';
import type { Reading } from './document.ts';
import { findPlannedRecords } from './find-planned-records.ts';
import { hashFile } from './hash-file.ts';
import { toDocumentId } from './id.ts';
import { maxPathIdLength } from './limits.ts';
import { mapInOrder } from './map-in-order.ts';
import { nameRoots, type Root, stdinRootName } from './name-roots.ts';
import { openFile } from './open-file.ts';
import { readChunks } from './read-chunks.ts';
import { type RecordKind, recordKindOf } from './record-kind.ts';
import { resolveInputs } from './resolve-inputs.ts';
import { type StoredStdin, storeStdin } from './store-stdin.ts';
import { type IgnoredCounts, type WalkOptions, walkFiles } from './walk-files.ts';

/** Where documents come from. Disposing removes what a dry run kept of stdin. */
export type Inputs = AsyncDisposable & {
  /** Absolute real path of each named root. */
  readonly roots: Readonly<Record<string, string>>;
  readonly ignored: IgnoredCounts;
  readonly directories: readonly Root[];
  readonly exclude: string | undefined;
  readonly stdin: StoredStdin | null;
  readonly reading: Reading;
  readonly compareRecords: boolean;
};

/** A document to plan. `ownId`: the id came from a record and may be that of any other document of the run. */
export type FoundDocument = PlannedDocument & {
  readonly bytes: number;
  readonly ownId: boolean;
  /**
   * Equal for documents whose lines differ in the id alone: with `compareRecords` records too that differ in the id or in
   * members that nobody reads.
   */
  readonly content: Sha256 | null;
};

/**
 * Opens inputs: directories, files, globs, and `-` for stdin, whose bytes are stored in `storeDirectory` (or, where
 * that is null, in a temporary directory until disposal). The directory `exclude` is not walked. Throws `NO_INPUT` for what is not there and `USAGE` for inputs
 * that contain each other.
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
  const stdin = inputs.includes('-') ? await storeStdin(stdinOf(options), options.storeDirectory) : null;
  const roots = new Map(directories.map(({ name, path }) => [name, path]));
  if (stdin !== null) roots.set(stdinRootName, stdin.directory);
  return {
    roots: Object.fromEntries(roots),
    ignored: { symlinks: 0, specialFiles: 0, hidden: 0 },
    directories,
    exclude: options.exclude,
    stdin,
    reading: options.reading ?? { records: {}, keep: [] },
    compareRecords: options.compareRecords ?? false,
    [Symbol.asyncDispose]: async () => stdin?.[Symbol.asyncDispose](),
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

type FindOptions = Pick<Inputs, 'reading' | 'compareRecords'> & {
  readonly idPrefix: string;
  readonly signal?: AbortSignal | undefined;
};

/** A file and what its documents are called. */
type Place = { readonly file: Buffer; readonly id: string; readonly idPrefix: string; readonly source: Source };

async function* findInDirectory(
  { name, selection }: Root,
  options: WalkOptions & FindOptions,
): AsyncGenerator<FoundDocument> {
  const { idPrefix } = options;
  const found = mapInOrder(walkFiles(selection, options), filesAtOnce, async (path) => {
    const relative = toDocumentId(path);
    if (relative.length > maxPathIdLength) throw tooLongPath(name, relative);
    const file = Buffer.from(`${selection.directory}/${path}`, 'latin1');
    const place = { file, id: idPrefix + relative, idPrefix, source: { root: name, path: relative } };
    const kind = recordKindOf(path);
    return kind === null ? [await findWhole(place, options.signal)] : findRecordsOf(kind, place, options);
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

async function findWhole({ file, id, source }: Place, signal?: AbortSignal): Promise<FoundDocument> {
  const hashed = await hashFile(file, signal);
  const sha256 = hashed?.sha256 ?? null;
  return { id, source, sha256, bytes: hashed?.bytes ?? 0, ownId: false, content: sha256 };
}

async function* findRecordsOf(kind: RecordKind, place: Place, options: FindOptions): AsyncGenerator<FoundDocument> {
  const opened = await openFile(place.file);
  if (opened.status === 'refused') {
    yield { id: place.id, source: place.source, sha256: null, bytes: 0, ownId: false, content: null };
    return;
  }
  await using handle = opened.handle;
  const chunks = readChunks(handle, opened.bytes);
  let number = 0;
  for await (const record of findPlannedRecords(kind, chunks, { ...options, name: place.id })) {
    options.signal?.throwIfAborted();
    number += 1;
    const id = record.id === null ? `${place.id}#${number}` : place.idPrefix + record.id;
    const { sha256, content } = record;
    const source = { ...place.source, ...record.place };
    yield { id, source, sha256, bytes: record.place.length, ownId: record.id !== null, content };
  }
}

async function* findInStdin(stdin: StoredStdin, options: FindOptions): AsyncGenerator<FoundDocument> {
  const { idPrefix } = options;
  const { sha256, bytes } = stdin;
  const source = { root: stdinRootName, path: sha256 };
  const place = { file: Buffer.from(`${stdin.directory}/${sha256}`), id: `${idPrefix}stdin`, idPrefix, source };
  const kind = stdin.records ? 'jsonl' : options.reading.records.textColumn === undefined ? null : 'csv';
  if (kind !== null) yield* findRecordsOf(kind, place, options);
  else yield { id: place.id, source, sha256, bytes, ownId: false, content: sha256 };
}
