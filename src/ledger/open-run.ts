import { type RunName, runNameSchema } from '../../schemas/ids.ts';
import { parseJson } from '../../schemas/json.ts';
import { type Run, runSchema } from '../../schemas/run.ts';
import { AppError, ioError, systemCode } from '../errors.ts';
import { type RunPaths, placeOf, runFileOf } from './run-paths.ts';
import { storeOf } from './store-of.ts';

/** A run as it stands in its store: its directory and its `run.json`. */
export type OpenRun = { readonly paths: RunPaths; readonly run: Run };

/** Opens the run `name` under `out`; throws `NO_INPUT` naming the runs that are there when it does not exist. */
export async function openRun(out: string, name: string): Promise<OpenRun> {
  const parsed = runNameSchema.safeParse(name);
  if (!parsed.success)
    throw new AppError('USAGE', `Expected a run name of letters, digits, \`.\`, \`_\` and \`-\`, got \`${name}\`.`);
  try {
    return await readRun(out, parsed.data);
  } catch (error) {
    if (!(error instanceof AppError) || systemCode(error.cause) !== 'ENOENT') throw error;
    const names = await findRunNames(out);
    const known =
      names.length === 0 ? 'there are no runs' : `there are ${names.map((known) => `\`${known}\``).join(', ')}`;
    throw new AppError('NO_INPUT', `There is no run \`${name}\` under \`${out}\`; ${known}.`);
  }
}

/** Where a run's input is on this machine: as it was planned, but for the named roots that `given` puts elsewhere. */
export function rootsOf({ run, paths }: OpenRun, given: Readonly<Record<string, string>>): Record<string, string> {
  return { ...run.roots, input: paths.input, ...given };
}

/** Every run under `out` whose `run.json` can be read, by name; directories that are no runs are passed over. */
export async function findRuns(out: string): Promise<OpenRun[]> {
  const runs: OpenRun[] = [];
  for (const name of await findRunNames(out)) {
    try {
      runs.push(await readRun(out, name));
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
    }
  }
  return runs;
}

/** Whether the run is there still: it may have been removed, and perhaps made again under the same name. */
export async function isStillThere({ paths, run }: OpenRun): Promise<boolean> {
  return paths.store.has(paths.witness(run.runId));
}

/** Reads and validates the `run.json` of the run `name`. */
export async function readRun(out: string, name: RunName): Promise<OpenRun> {
  const file = runFileOf(out, name);
  const run = runSchema.safeParse(parseJson(await readText(file)));
  if (run.success && run.data.name === name) return { paths: placeOf(out, run.data), run: run.data };
  throw new AppError(
    'CORRUPT',
    `\`${file}\` is not a run of this name and this version of docmill; enqueue the documents again.`,
    {
      cause: run.error,
    },
  );
}

async function readText(path: string): Promise<string> {
  try {
    return (await storeOf(path).readFile(path)).toString();
  } catch (error) {
    throw ioError('read', path, error);
  }
}

async function findRunNames(out: string): Promise<RunName[]> {
  try {
    return (await storeOf(out).folders(out))
      .map((name) => runNameSchema.safeParse(name))
      .filter((name) => name.success)
      .map((name) => name.data)
      .sort();
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw ioError('list', out, error);
  }
}
