import type { FileHandle } from 'node:fs/promises';
import type { Sha256 } from '../../../schemas/ids.ts';
import { isAppError } from '../../errors.ts';
import { createHasher } from '../../sha256.ts';
import type { Refused } from '../document.ts';
import { maxArchiveMembers, maxDocumentBytes, unpackedBytesAllowed } from '../limits.ts';
import { readChunks } from '../read-chunks.ts';
import { recordKindOf } from '../record-kind.ts';
import { createStoredFile } from '../stored-file.ts';
import type { IgnoredCounts } from '../walk-files.ts';
import { type Container, containerOf } from './container-of.ts';
import { decompressStream } from './decompress.ts';
import { type Member, readTar, readZip } from './read-members.ts';

/** A file that was in a container: where its bytes are stored now, or why it is no document. */
export type UnpackedMember = { readonly name: string } & (
  | { readonly offset: number; readonly length: number; readonly sha256: Sha256 }
  | { readonly refused: Refused }
);

export type Unpacked =
  | { readonly status: 'unpacked'; readonly stored: Sha256; readonly members: readonly UnpackedMember[] }
  | { readonly status: 'refused'; readonly refused: Refused };

/**
 * Unpacks a container into one file of the directory `store`, its members one after the other. Of a document that is too
 * large only so much is kept that it is seen to be. A container that is not whole, has too many members or unpacks to
 * far more than it is, is refused as a whole and leaves nothing behind. Memory grows with the names of its members.
 */
export async function unpack(
  opened: { readonly handle: FileHandle; readonly bytes: number },
  container: Container,
  options: { readonly store: string; readonly ignored: IgnoredCounts; readonly signal?: AbortSignal | undefined },
): Promise<Unpacked> {
  await using stored = await createStoredFile(options.store);
  const counter = createCounter(unpackedBytesAllowed(opened.bytes), options.signal);
  // What is compressed as a whole is counted as it is decompressed.
  const ofMembers = container.compression === null ? counter : createCounter(Number.POSITIVE_INFINITY, options.signal);
  const members: UnpackedMember[] = [];
  try {
    for await (const member of membersOf(opened, container, counter)) {
      const ignored = container.archive === null ? null : whyIgnored(member);
      if (ignored !== null) options.ignored[ignored] += 1;
      else if ('name' in member) members.push(await store(member, stored, ofMembers));
      if (members.length > maxArchiveMembers) throw tooMuch;
    }
  } catch (error) {
    if (options.signal?.aborted === true) throw error;
    return { status: 'refused', refused: toRefused(error) };
  }
  return { status: 'unpacked', stored: await stored.finish(), members };
}

/** What an error says about the container; rethrows that of a call of the system, which says nothing about it. */
function toRefused(error: unknown): Refused {
  if (error === tooMuch) return 'TOO_LARGE';
  if (isAppError(error) || (error instanceof Error && 'syscall' in error)) throw error;
  return 'MALFORMED';
}

/** What in a directory is left alone is so in an archive; leading `./` are usual there. */
function whyIgnored(member: Member): keyof IgnoredCounts | null {
  if (member.kind === 'link') return 'symlinks';
  if (member.kind === 'special') return 'specialFiles';
  return /(^|\/)\./.test(member.name.replace(/^(\.\/)+/, '')) ? 'hidden' : null;
}

const tooMuch = new Error('The container unpacks to too much.');

type Counter = { readonly add: (bytes: number) => void };

function createCounter(most: number, signal: AbortSignal | undefined): Counter {
  let sum = 0;
  return {
    add: (bytes) => {
      signal?.throwIfAborted();
      sum += bytes;
      if (sum > most) throw tooMuch;
    },
  };
}

function membersOf(
  { handle, bytes }: { readonly handle: FileHandle; readonly bytes: number },
  { archive, compression, inner }: Container,
  counter: Counter,
): AsyncGenerator<Member> {
  if (archive === 'zip') return readZip(handle.fd);
  const packed = copies(readChunks(handle, bytes));
  const content = compression === null ? packed : counted(decompressStream(packed, compression), counter);
  return archive === 'tar' ? readTar(content) : oneFile(inner, content);
}

async function* oneFile(name: string, content: AsyncIterable<Buffer>): AsyncGenerator<Member> {
  yield { kind: 'file', name, content };
}

/** Streams hold several pieces at a time, and the file's are all the same memory. */
async function* copies(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) yield Buffer.from(chunk);
}

/** What is skipped in an archive counts too: it is unpacked all the same. */
async function* counted(chunks: AsyncIterable<Buffer>, counter: Counter): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    counter.add(chunk.length);
    yield chunk;
  }
}

async function store(
  member: Extract<Member, { readonly name: string }>,
  stored: Awaited<ReturnType<typeof createStoredFile>>,
  counter: Counter,
): Promise<UnpackedMember> {
  const { name } = member;
  if (member.kind === 'encrypted') return { name, refused: 'ENCRYPTED' };
  if (containerOf(name) !== null) return { name, refused: 'BINARY' };
  const most = recordKindOf(name) === null ? maxDocumentBytes + 1 : Number.POSITIVE_INFINITY;
  const offset = stored.offset();
  const hasher = createHasher();
  let length = 0;
  for await (const piece of member.content) {
    counter.add(piece.length);
    const kept = piece.subarray(0, Math.max(0, most - length));
    length += kept.length;
    hasher.add(kept);
    await stored.write(kept);
  }
  return { name, offset, length, sha256: hasher.finish() };
}
