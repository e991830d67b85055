import type { BigIntStats } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import type { Sha256 } from '../../schemas/ids.ts';
import { AppError, ioError, isAppError, systemCode } from '../errors.ts';
import { createHasher } from '../sha256.ts';

const MAGIC = Buffer.from('GGUF', 'latin1');

/** A file that was hashed, and how to know it again. */
export type CheckedModelFile = {
  readonly sha256: Sha256;
  /** Throws `MODEL_INVALID` when the path leads to another file by now, or the file was written to. */
  readonly assertUnchanged: () => Promise<void>;
};

/**
 * Hashes a GGUF file, read once from one handle. Throws `MODEL_INVALID` when there is no such file, when it is no GGUF
 * file, or when its SHA-256 is not the pinned one; nothing of it is parsed. Whoever loads the file by its path asserts
 * afterwards that it is the one with this hash.
 */
export async function checkModelFile(path: string, pin: string | undefined): Promise<CheckedModelFile> {
  await using file = await openModelFile(path);
  const stamp = await readStamp(path, () => file.stat({ bigint: true }));
  const sha256 = await hashFile(file, path);
  if (pin !== undefined && pin !== sha256) {
    throw new AppError(
      'MODEL_INVALID',
      `Model \`${path}\` has SHA-256 \`${sha256}\`, not the pinned \`${pin}\`; get the right file or correct the pin.`,
    );
  }
  const assertUnchanged = async (): Promise<void> => {
    if ((await readStamp(path, () => stat(path, { bigint: true }))) !== stamp) {
      throw new AppError('MODEL_INVALID', `Model \`${path}\` was replaced while it was read; start again.`);
    }
  };
  return { sha256, assertUnchanged };
}

/** What changes when a file is replaced or written to. */
async function readStamp(path: string, readStats: () => Promise<BigIntStats>): Promise<string> {
  try {
    const { dev, ino, size, mtimeNs } = await readStats();
    return [dev, ino, size, mtimeNs].join(' ');
  } catch (cause) {
    throw ioError('read model', path, cause);
  }
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

async function hashFile(file: FileHandle, path: string): Promise<Sha256> {
  const hasher = createHasher();
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
  return hasher.finish();
}
