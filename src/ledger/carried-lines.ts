import { parseJson } from '../../schemas/json.ts';
import type { Carried } from '../../schemas/plan.ts';
import { type ResultLine, resultLineSchema } from '../../schemas/result.ts';
import { AppError, ioError } from '../errors.ts';
import { sha256Of } from '../sha256.ts';
import { openHashedFile } from './hashed-file.ts';
import type { RunPaths } from './run-paths.ts';

/** Writes `carried.jsonl`, the lines that a run takes over from an earlier one, before the run exists. */
export async function createCarriedWriter(paths: RunPaths) {
  const file = await openHashedFile(paths.carried);
  return {
    /** Takes a line over; its place, which stands in the plan. */
    append: async (line: string): Promise<Carried> => {
      const bytes = Buffer.from(line);
      const offset = file.offset();
      await file.write(Buffer.concat([bytes, NEWLINE]));
      return { offset, length: bytes.byteLength, sha256: sha256Of(bytes) };
    },
    /** Syncs the file; nothing is appended afterwards. */
    finish: file.finish,
    [Symbol.asyncDispose]: file[Symbol.asyncDispose],
  };
}

/** The line that was carried over for the document `id`; throws `CORRUPT` when it is not there any more. */
export async function readCarriedLine(
  paths: RunPaths,
  id: string,
  { offset, length, sha256 }: Carried,
): Promise<ResultLine> {
  const bytes = await readSlice(paths, offset, length);
  const line = resultLineSchema.safeParse(parseJson(bytes.toString()));
  if (sha256Of(bytes) === sha256 && line.success && line.data.id === id) return line.data;
  throw new AppError('CORRUPT', `\`${paths.carried}\` was changed after it was written; enqueue the documents again.`);
}

async function readSlice({ store, carried }: RunPaths, offset: number, length: number): Promise<Buffer> {
  try {
    await using file = await store.open(carried);
    return await file.read(offset, length);
  } catch (error) {
    throw ioError('read', carried, error);
  }
}

const NEWLINE = Buffer.from('\n');
