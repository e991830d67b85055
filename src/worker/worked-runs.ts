import type { RunId, RunName } from '../../schemas/ids.ts';
import { type Parser, openParser } from '../documents/parse-apart/open-parser.ts';
import { compileTask } from '../task/compile-task.ts';
import type { CompiledTask } from '../task/field.ts';
import type { Engine, Model } from '../engine/engine.ts';
import { AppError, isAppError } from '../errors.ts';
import { type OpenRun, findRuns, isStillThere, rootsOf } from '../ledger/open-run.ts';
import { type Plan, openPlan } from '../ledger/plan-file.ts';

/** A run with everything that its shards need, opened once. */
export type WorkedRun = {
  readonly open: OpenRun;
  readonly task: CompiledTask;
  readonly model: Model;
  readonly engine: Engine;
  /** Absolute directory of each named root, on this machine. */
  readonly roots: Readonly<Record<string, string>>;
  /** One for all runs of this process. */
  readonly parser: Parser;
  readonly plan: (round: number) => Promise<Plan>;
};

export type Lookup =
  | { readonly status: 'found'; readonly worked: WorkedRun }
  | { readonly status: 'unknown' }
  /** The run is there and this worker cannot do it; the reason is shown until it can. */
  | { readonly status: 'refused'; readonly name: RunName; readonly reason: string };

/** Opened runs are kept up to this number; the one that was not used for longest is closed. */
const MOST_OPEN = 8;

/** The runs under `out` that want this model, opened on first use and kept. */
export function createWorkedRuns(options: {
  readonly out: string;
  readonly model: Model;
  readonly inputRoots: Readonly<Record<string, string>>;
  /** Work for this run alone, whatever else is under `out`. */
  readonly only: string | undefined;
}) {
  const parser = openParser();
  const opened = new Map<RunId, { readonly worked: WorkedRun; readonly close: () => Promise<void> }>();

  const list = async (): Promise<OpenRun[]> =>
    (await findRuns(options.out)).filter(
      ({ run }) =>
        run.model.sha256 === options.model.identity.sha256 && (options.only === undefined || run.name === options.only),
    );

  const locate = async (runId: RunId): Promise<OpenRun | undefined> =>
    (await list()).find(({ run }) => run.runId === runId);

  return {
    list,
    /** The run as it is on disk, with nothing opened for its shards. */
    locate,
    find: async (runId: RunId): Promise<Lookup> => {
      const known = opened.get(runId);
      if (known !== undefined) {
        opened.delete(runId);
        if (await isStillThere(known.worked.open)) {
          opened.set(runId, known);
          return { status: 'found', worked: known.worked };
        }
        // Removed, and perhaps made again under the same name: that is another run.
        await known.close();
      }
      const open = await locate(runId);
      if (open === undefined) return { status: 'unknown' };
      try {
        const entry = await openWorkedRun(open, { ...options, parser });
        opened.set(runId, entry);
        await closeOldest(opened);
        return { status: 'found', worked: entry.worked };
      } catch (error) {
        if (!isAppError(error)) throw error;
        return { status: 'refused', name: open.run.name, reason: error.message };
      }
    },
    [Symbol.asyncDispose]: async (): Promise<void> => {
      await using resources = new AsyncDisposableStack();
      resources.use(parser);
      for (const { close } of opened.values()) resources.defer(close);
      opened.clear();
    },
  };
}

async function openWorkedRun(
  open: OpenRun,
  {
    model,
    inputRoots,
    parser,
  }: { readonly model: Model; readonly inputRoots: Readonly<Record<string, string>>; readonly parser: Parser },
): Promise<{ worked: WorkedRun; close: () => Promise<void> }> {
  await using resources = new AsyncDisposableStack();
  const task = compileTask(open.run.task);
  if (task.sha256 !== open.run.taskSha256) {
    throw new AppError(
      'CORRUPT',
      `The task in \`${open.paths.runFile}\` was changed after the run was made; enqueue it anew.`,
    );
  }
  // Settings in `run.json` win over local ones, and settings that cannot be honoured refuse the run.
  const engine = resources.use(await model.openTask(task, { settings: open.run.engine, run: open.run.name }));
  const plans = new Map<number, Promise<Plan>>();
  resources.defer(async () => {
    for (const plan of plans.values()) await (await plan)[Symbol.asyncDispose]();
  });
  const plan = (round: number): Promise<Plan> => {
    const known = plans.get(round);
    if (known !== undefined) return known;
    const opening = openPlan(open.paths, round);
    plans.set(round, opening);
    // A plan that could not be opened is tried again by the next shard.
    opening.catch(() => plans.delete(round));
    return opening;
  };
  const roots = rootsOf(open, inputRoots);
  const owned = resources.move();
  return { worked: { open, task, model, engine, roots, parser, plan }, close: () => owned.disposeAsync() };
}

async function closeOldest(opened: Map<RunId, { readonly close: () => Promise<void> }>): Promise<void> {
  const [oldest] = opened;
  if (opened.size <= MOST_OPEN || oldest === undefined) return;
  opened.delete(oldest[0]);
  await oldest[1].close();
}
