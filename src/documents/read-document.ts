import { realpath, stat } from 'node:fs/promises';
import type { PlannedDocument, Source } from '../../schemas/plan.ts';
import { AppError, ioError, systemCode } from '../errors.ts';
import { isObjectUrl } from '../object-storage/location.ts';
import { containerOf } from './archives/container-of.ts';
import { assertRootShows } from './assert-root-shows.ts';
import type { ReadResult, Reading, Refused } from './document.ts';
import { hashBehind } from './held-bytes.ts';
import { maxCsvHeaderBytes, maxDocumentBytes } from './limits.ts';
import { locateFile } from './locate-file.ts';
import type { FileRefusal } from './open-file.ts';
import { type SourceFile, openSource } from './open-source.ts';
import type { Parser } from './parse-apart/open-parser.ts';
import { readRecord } from './read-record.ts';
import { kindOfSource, recordKindOf } from './record-kind.ts';
import { refuse } from './refuse.ts';
import { toText } from './to-text.ts';

type ReadOptions = {
  /** Absolute directory of each named root. */
  readonly roots: Readonly<Record<string, string>>;
  readonly reading: Reading;
  readonly parser: Parser;
};

/**
 * Reads a planned document once, checks that its bytes are the planned ones and takes their text. What is wrong with the
 * document is a value; a root that is not there, and whatever may hit any file, throws.
 */
export async function readDocument(
  planned: PlannedDocument,
  { roots, reading, parser }: ReadOptions,
): Promise<ReadResult> {
  if (planned.sha256 === null) return refuse('UNREADABLE', 'The file could not be read when the run was planned.');
  if (planned.refused !== undefined) return refuse(planned.refused, whyRefused[planned.refused]);
  const slice = toSlice(planned.source);
  if (slice === null)
    return refuse('UNREADABLE', 'The plan does not say which bytes are the document; plan a new run.');
  const located = await locateFile(planned.source, roots);
  if (located.status === 'refused') return refuseFile(located.refusal);
  const opened = await openSource(located.path);
  if (opened.status === 'refused') {
    await assertRootShows(planned.source.root, roots[planned.source.root]);
    return refuseFile(opened.refusal);
  }
  await using file = opened.file;
  const readSlice = (wanted: Slice) => readBytes(located.path, file, wanted);
  const bytes = await readSlice(slice);
  if (!Buffer.isBuffer(bytes)) return bytes;
  const header = await readHeader(planned.source, readSlice);
  if (hashBehind(header, bytes) !== planned.sha256) {
    return refuse('CHANGED', 'The content is not the one that was planned; start a new round to take the new one.');
  }
  const kind = kindOfSource(planned.source);
  return kind === null ? await toText(bytes, parser) : readRecord({ kind, bytes, header }, reading);
}

/**
 * Reads a file, links followed, or an object at an `s3://` URL, that a person named as one document, whatever it is called.
 * Throws `NO_INPUT` when it does not exist or is a directory.
 */
export async function readTextFile(path: string, parser: Parser): Promise<ReadResult> {
  const real = isObjectUrl(path) ? Buffer.from(path) : await realFile(path);
  const opened = await openSource(real);
  if (opened.status === 'refused') {
    if (opened.refusal.code === 'VANISHED') throw notThere(path, opened.refusal.cause);
    return refuseFile(opened.refusal);
  }
  await using file = opened.file;
  const bytes = await readBytes(real, file, wholeFile);
  return Buffer.isBuffer(bytes) ? await toText(bytes, parser) : bytes;
}

async function realFile(path: string): Promise<Buffer> {
  const real = await realpath(path, { encoding: 'buffer' }).catch((error: unknown) => {
    const code = systemCode(error);
    throw code === 'ENOENT' || code === 'ENOTDIR' ? notThere(path, error) : ioError('read', path, error);
  });
  if ((await stat(real)).isDirectory()) {
    throw new AppError('NO_INPUT', `\`${path}\` is a directory; name one document.`);
  }
  return real;
}

function notThere(path: string, cause: unknown): AppError {
  return new AppError('NO_INPUT', `File \`${path}\` does not exist; check the path.`, { cause });
}

const whyRefused = {
  TOO_LARGE: 'The file unpacks to far more than it is, or holds too many files; unpack it first.',
  MALFORMED: 'The file is not whole, or packed in a way that docmill does not read.',
  ENCRYPTED: 'The file needs a password; unpack it first.',
  BINARY: 'The file is packed and in an archive itself; unpack the archive first.',
} as const satisfies Record<Refused, string>;

type Slice = { readonly offset: number; readonly length: number };

const wholeFile: Slice = { offset: 0, length: Number.POSITIVE_INFINITY };

/**
 * The bytes that a source names; null for a combination that names no document: half a slice, a member without one, or
 * a whole file of records or archive, which is in a plan only when what is in it could not be read then.
 */
function toSlice({ path, offset, length, member }: Source): Slice | null {
  if (offset !== undefined && length !== undefined) return { offset, length };
  if (offset !== undefined || length !== undefined || member !== undefined) return null;
  return recordKindOf(path) === null && containerOf(path) === null ? wholeFile : null;
}

/** The bytes of the header that a record is read with; null where there is none. */
async function readHeader(
  { header }: Source,
  readSlice: (slice: Slice) => Promise<Buffer | ReadResult>,
): Promise<Buffer | null> {
  if (header === undefined || header.length > maxCsvHeaderBytes) return null;
  const bytes = await readSlice(header);
  return Buffer.isBuffer(bytes) ? bytes : null;
}

/** A slice of an open file; `path` is for errors. */
async function readBytes(path: Buffer, file: SourceFile, slice: Slice): Promise<Buffer | ReadResult> {
  const pieces: Buffer[] = [];
  let length = 0;
  try {
    for await (const piece of file.chunks(slice)) {
      length += piece.length;
      if (length > maxDocumentBytes) return tooLarge();
      pieces.push(Buffer.from(piece));
    }
  } catch (error) {
    throw ioError('read', path.toString(), error);
  }
  return Buffer.concat(pieces);
}

function tooLarge(): ReadResult {
  return refuse('TOO_LARGE', `The document has more than ${maxDocumentBytes} bytes; split it into several documents.`);
}

function refuseFile({ code, cause }: FileRefusal): ReadResult {
  if (code === 'VANISHED') return refuse(code, 'The file was there when the run was planned and is gone.');
  return refuse(code, `The file could not be opened (\`${cause}\`); check its kind, owner and mode.`);
}
