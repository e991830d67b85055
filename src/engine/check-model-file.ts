import type { BigIntStats } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import type { Sha256 } from '../../schemas/ids.ts';
import { AppError, ioError, isAppError, systemCode } from '../errors.ts';
import { createHasher } from '../sha256.ts';
import { modelParts } from './model-parts.ts';

const MAGIC = Buffer.from('GGUF', 'latin1');

/** A model file, with all parts of a split one, that was hashed, and how to know it again. */
export type CheckedModelFile = {
  /** Of the bytes of all parts, one after the other. */
  readonly sha256: Sha256;
  /** The files that were read, in order. */
  readonly parts: readonly { readonly path: string; readonly bytes: number }[];
  /** Throws `MODEL_INVALID` when the path leads to another file by now, or the file was written to. */
  readonly assertUnchanged: () => Promise<void>;
};

/**
 * Hashes a GGUF file, read once from one handle, and all parts of a split one. Throws `MODEL_INVALID` when there is no
 * such file, when it is no GGUF file, or when its SHA-256 is not the pinned one; nothing of it is parsed. Whoever loads
 * the file by its path asserts afterwards that it is the one with this hash.
 */
export async function checkModelFile(path: string, pin: string | undefined): Promise<CheckedModelFile> {
  const hasher = createHasher();
  const read: { readonly path: string; readonly stamp: string; readonly bytes: number }[] = [];
  for (const part of modelParts(path)) read.push({ path: part, ...(await hashPart(part, hasher)) });
  const sha256 = hasher.finish();
  if (pin !== undefined && pin !== sha256) {
    throw new AppError(
      'MODEL_INVALID',
      `Model \`${path}\` has SHA-256 \`${sha256}\`, not the pinned \`${pin}\`; get the right file or correct the pin.`,
    );
  }
  const assertUnchanged = async (): Promise<void> => {
    for (const { path: part, stamp } of read) {
      if (toStamp(await statsOf(part, () => stat(part, { bigint: true }))) === stamp) continue;
      throw new AppError('MODEL_INVALID', `Model \`${part}\` was replaced while it was read; start again.`);
    }
  };
  return { sha256, parts: read, assertUnchanged };
}

type Hasher = ReturnType<typeof createHasher>;

async function hashPart(path: string, hasher: Hasher): Promise<{ readonly stamp: string; readonly bytes: number }> {
  await using file = await openModelFile(path);
  const stats = await statsOf(path, () => file.stat({ bigint: true }));
  await addContent(hasher, file, path);
  return { stamp: toStamp(stats), bytes: Number(stats.size) };
}

async function statsOf(path: string, readStats: () => Promise<BigIntStats>): Promise<BigIntStats> {
  try {
    return await readStats();
  } catch (cause) {
    throw ioError('read model', path, cause);
  }
}

/** What changes when a file is replaced or written to. */
function toStamp({ dev, ino, size, mtimeNs }: BigIntStats): string {
  return [dev, ino, size, mtimeNs].join(' ');
}

async function openModelFile(path: string): Promise<FileHandle> {
  try {
    // Before it is opened: to open a pipe would wait for its other end.
    if (!(await stat(path)).isFile()) {
      throw new AppError('MODEL_INVALID', `Model \`${path}\` is not a file; give the path of a GGUF file.`);
    }
    return await open(path, 'r');
  } catch (cause) {
    if (isAppError(cause)) {
      throw cause;
    }
    if (systemCode(cause) === 'ENOENT' || systemCode(cause) === 'ENOTDIR') {
      throw new AppError('MODEL_INVALID', `Model \`${path}\` does not exist; give the path of a GGUF file.`, { cause });
    }
    throw ioError('read model', path, cause);
  }
}

async function addContent(hasher: Hasher, file: FileHandle, path: string): Promise<void> {
  try {
    const start = await file.read(Buffer.alloc(MAGIC.length), 0, MAGIC.length, 0);
    if (!start.buffer.equals(MAGIC)) {
      throw new AppError('MODEL_INVALID', `Model \`${path}\` is not a GGUF file; give the path of a GGUF file.`);
    }
    const content: AsyncIterable<Buffer> = file.createReadStream({
      start: 0,
      autoClose: false,
      highWaterMark: 1 << 20,
    });
    for await (const bytes of content) {
      hasher.add(bytes);
    }
  } catch (cause) {
    throw isAppError(cause) ? cause : ioError('read model', path, cause);
  }
}
