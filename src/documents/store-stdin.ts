import { resolve } from 'node:path';
import type { Sha256 } from '../../schemas/ids.ts';
import { ioError, isAppError } from '../errors.ts';
import { createStoredFile } from './stored-file.ts';

/** What came from stdin, in a read-only file named by its SHA-256. */
export type StoredStdin = {
  readonly directory: string;
  readonly sha256: Sha256;
  readonly bytes: number;
  /** Whether the first byte that is not blank is `{`: JSONL, not one text. */
  readonly records: boolean;
};

/** Writes stdin to `directory/<sha256>`; the file is whole or not there. Throws `IO` or `NOT_PERMITTED`. */
export async function storeStdin(stdin: AsyncIterable<Uint8Array>, directory: string): Promise<StoredStdin> {
  const place = resolve(directory);
  const stored = await writeHashed(stdin, place).catch((error: unknown) => {
    // Whoever ended the stream on purpose said why.
    throw isAppError(error) ? error : ioError('store stdin in', place, error);
  });
  return { directory: place, ...stored };
}

async function writeHashed(
  stdin: AsyncIterable<Uint8Array>,
  directory: string,
): Promise<{ sha256: Sha256; bytes: number; records: boolean }> {
  await using file = await createStoredFile(directory);
  let start = '';
  for await (const chunk of stdin) {
    // Blank until now: keep the first byte that is not, or the three of a byte order mark.
    if (start.trim() === '') start += Buffer.from(chunk).toString('latin1').replace(/^ï»¿/, '').trimStart().slice(0, 1);
    await file.write(chunk);
  }
  const bytes = file.offset();
  return { sha256: await file.finish(), bytes, records: start === '{' };
}
