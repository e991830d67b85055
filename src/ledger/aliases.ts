import type { Sha256 } from '../../schemas/ids.ts';
import { parseJson } from '../../schemas/json.ts';
import { type Alias, aliasSchema } from '../../schemas/plan.ts';
import { AppError, systemCode } from '../errors.ts';
import { hashFile } from './hash-file.ts';
import { openHashedFile } from './hashed-file.ts';
import type { OpenRun } from './open-run.ts';
import { readLines } from './read-lines.ts';
import type { RunPaths } from './run-paths.ts';

/** What `run.json` says of `aliases.jsonl`; there is no such file, and no hash, without aliases. */
export type AliasTotals = { readonly aliases: number; readonly aliasesSha256?: Sha256 };

/** Writes `aliases.jsonl`, which stands in plan order; at most once, before the run exists. */
export async function writeAliases(
  paths: RunPaths,
  aliases: AsyncIterable<Alias> | Iterable<Alias>,
): Promise<AliasTotals> {
  await using file = await openHashedFile(paths.aliases);
  let count = 0;
  for await (const alias of aliases) {
    await file.write(Buffer.from(`${JSON.stringify(alias)}\n`));
    count += 1;
  }
  return { aliases: count, aliasesSha256: await file.finish() };
}

/** The aliases of a run in plan order; throws `CORRUPT` at a line that is none. */
export async function* readAliases(paths: RunPaths): AsyncGenerator<Alias> {
  for await (const line of readLines(chunksIfThere(paths))) {
    const alias = aliasSchema.safeParse(parseJson(line.toString()));
    if (!alias.success) throw new AppError('CORRUPT', `\`${paths.aliases}\` was changed after it was written.`);
    yield alias.data;
  }
}

/** Throws `CORRUPT` unless `aliases.jsonl` is the file that the run was made with. */
export async function checkAliases({ paths, run }: OpenRun): Promise<void> {
  if (run.aliases === 0 || (await hashFile(paths.aliases)) === run.aliasesSha256) return;
  throw new AppError('CORRUPT', `\`${paths.aliases}\` is not the file that \`${paths.runFile}\` names.`);
}

async function* chunksIfThere({ store, aliases }: RunPaths): AsyncGenerator<Buffer> {
  try {
    yield* store.chunks(aliases);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
  }
}
