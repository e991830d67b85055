import { basename } from 'node:path';
import type { Sha256 } from '../../schemas/ids.ts';
import type { PlannedDocument, Source } from '../../schemas/plan.ts';
import { ioError, systemCode } from '../errors.ts';
import { type Container, containerOf } from './archives/container-of.ts';
import { type UnpackedMember, unpack } from './archives/unpack.ts';
import type { Reading, Refused } from './document.ts';
import { findPlannedRecords } from './find-planned-records.ts';
import { hashFile } from './hash-file.ts';
import { toDocumentId } from './id.ts';
import { maxPathIdLength } from './limits.ts';
import { stdinRootName } from './name-roots.ts';
import { openLocally } from './open-locally.ts';
import { type SourceFile, openSource } from './open-source.ts';
import { type RecordKind, recordKindOf } from './record-kind.ts';
import type { IgnoredCounts } from './walk-files.ts';

/** A document to plan. `ownId`: the id came from within a file and may be that of any other document of the run. */
export type FoundDocument = PlannedDocument & {
  readonly bytes: number;
  readonly ownId: boolean;
  /**
   * Equal for documents whose lines differ in the id alone: with `compareRecords` records too that differ in the id or in
   * members that nobody reads.
   */
  readonly content: Sha256 | null;
};

/** A file and what its documents are called. */
export type Place = { readonly file: Buffer; readonly id: string; readonly idPrefix: string; readonly source: Source };

export type FindOptions = {
  readonly reading: Reading;
  readonly compareRecords: boolean;
  /** Where what is unpacked is kept. */
  readonly store: string;
  readonly ignored: IgnoredCounts;
  readonly signal?: AbortSignal | undefined;
};

/**
 * The documents in a file, by its name: its records, the members of an archive, or the file itself, which is hashed at
 * once, so that several files can be on their way.
 */
export async function findInFile(
  place: Place,
  options: FindOptions,
): Promise<AsyncIterable<FoundDocument> | Iterable<FoundDocument>> {
  const { path } = place.source;
  const container = containerOf(path);
  if (container !== null) return findInContainer(container, place, options);
  const kind = recordKindOf(path);
  if (kind !== null) return findInRecordFile(kind, place, options);
  return [await findWhole(place, options.signal)];
}

/** The records of a file; a document without a hash where it cannot be read. */
export async function* findInRecordFile(
  kind: RecordKind,
  place: Place,
  options: FindOptions,
): AsyncGenerator<FoundDocument> {
  const opened = await openSource(place.file);
  if (opened.status === 'refused') {
    yield unreadable(place);
    return;
  }
  await using file = opened.file;
  yield* findRecordsOf(kind, { file, offset: 0, length: Infinity }, { ...options, place });
}

async function findWhole({ file, id, source }: Place, signal?: AbortSignal): Promise<FoundDocument> {
  const hashed = await hashFile(file, signal);
  const sha256 = hashed?.sha256 ?? null;
  return { id, source, sha256, bytes: hashed?.bytes ?? 0, ownId: false, content: sha256 };
}

type Slice = { readonly file: SourceFile; readonly offset: number; readonly length: number };

/** The records in a slice of an open file. */
async function* findRecordsOf(
  kind: RecordKind,
  { file, offset, length }: Slice,
  options: FindOptions & { readonly place: Place },
): AsyncGenerator<FoundDocument> {
  const { place, signal } = options;
  const chunks = file.chunks({ offset, length });
  let number = 0;
  for await (const record of findPlannedRecords(kind, chunks, { ...options, name: place.id })) {
    signal?.throwIfAborted();
    number += 1;
    const id = record.id === null ? `${place.id}#${number}` : place.idPrefix + record.id;
    const { header } = record.place;
    const source = {
      ...place.source,
      offset: offset + record.place.offset,
      length: record.place.length,
      ...(header !== undefined && { header: { ...header, offset: offset + header.offset } }),
    };
    const { sha256, content } = record;
    // A member of an archive may have a namesake there.
    const ownId = record.id !== null || place.source.member !== undefined;
    yield { id, source, sha256, bytes: source.length, ownId, content };
  }
}

/**
 * What a container holds, unpacked beside the plan and read from there; or itself, refused, or without a hash where it
 * cannot be read.
 */
async function* findInContainer(
  container: Container,
  place: Place,
  options: FindOptions,
): AsyncGenerator<FoundDocument> {
  const opened = await openLocally(place.file, options.store);
  if (opened.status === 'refused') {
    yield unreadable(place);
    return;
  }
  await using _handle = opened.handle;
  const unpacked = await unpack(opened, container, options).catch((error: unknown) => {
    throw systemCode(error) === undefined || options.signal?.aborted === true
      ? error
      : ioError('unpack', place.file.toString(), error);
  });
  if (unpacked.status === 'refused') {
    yield await refusedAs(unpacked.refused, place, options);
    return;
  }
  const stored = await openSource(`${options.store}/${unpacked.stored}`);
  if (stored.status === 'refused') throw ioError('read', options.store, null);
  await using content = stored.file;
  for (const member of unpacked.members) {
    options.signal?.throwIfAborted();
    const name = toDocumentId(Buffer.from(member.name).toString('latin1'));
    const source = { root: stdinRootName, path: unpacked.stored, member: name };
    const id = container.archive === null ? place.id : `${place.id}#${name.slice(0, maxPathIdLength)}`;
    const at = { ...place, id, source };
    yield* findInMember(member, content, { ...options, place, at });
  }
}

async function* findInMember(
  member: UnpackedMember,
  stored: SourceFile,
  { place, at, ...options }: FindOptions & { readonly place: Place; readonly at: Place },
): AsyncGenerator<FoundDocument> {
  if ('refused' in member) {
    yield await refusedAs(member.refused, { ...place, id: at.id }, options);
    return;
  }
  const { offset, length, sha256 } = member;
  const kind = recordKindOf(basename(member.name));
  if (kind !== null) yield* findRecordsOf(kind, { file: stored, offset, length }, { ...options, place: at });
  else
    yield { id: at.id, source: { ...at.source, offset, length }, sha256, bytes: length, ownId: true, content: sha256 };
}

async function refusedAs(refused: Refused, place: Place, { signal }: FindOptions): Promise<FoundDocument> {
  return { ...(await findWhole(place, signal)), ownId: true, content: null, refused };
}

function unreadable({ id, source }: Place): FoundDocument {
  return { id, source, sha256: null, bytes: 0, ownId: false, content: null };
}
