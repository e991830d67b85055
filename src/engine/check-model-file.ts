import { createHash } from 'node:crypto';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { sha256Schema, type Sha256 } from '../../schemas/ids.ts';
import { AppError, ioError, isAppError, systemCode } from '../errors.ts';

const MAGIC = Buffer.from('GGUF', 'latin1');

/**
 * SHA-256 of a GGUF file, read once from one handle. Throws `MODEL_INVALID` when there is no such file, when it is no
 * GGUF file, or when its hash is not the pinned one; nothing of it is parsed.
 */
export async function checkModelFile(path: string, pin: string | undefined): Promise<Sha256> {
  await using file = await openModelFile(path);
  const sha256 = await hashFile(file, path);
  if (pin !== undefined && pin !== sha256) {
    throw new AppError(
      'MODEL_INVALID',
      `Model \`${path}\` has SHA-256 \`${sha256}\`, not the pinned \`${pin}\`; get the right file or correct the pin.`,
    );
  }
  return sha256;
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
  const hash = createHash('sha256');
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
      hash.update(bytes);
    }
  } catch (cause) {
    throw isAppError(cause) ? cause : ioError('read model', path, cause);
  }
  return sha256Schema.parse(hash.digest('hex'));
}
