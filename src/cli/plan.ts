import { type Limits, type RecordFields, type Run, recordFieldsSchema } from '../../schemas/run.ts';
import type { Finalization } from '../ledger/finalize-run.ts';
import { sumOf } from '../ledger/count-outcomes.ts';
import { AppError, programErrors } from '../errors.ts';
import { type OpenRun, openRun } from '../ledger/open-run.ts';
import { readState } from '../ledger/run-state.ts';
import type { identifyModel } from '../engine/load-model.ts';
import { packageVersion } from '../package-root.ts';
import type { CompiledTask } from '../task/field.ts';
import { type PlannedRun, planRun } from '../producer/plan-run.ts';
import { chooseInputs } from './choose.ts';
import { formatCount, plural } from '../format.ts';
import { note } from './output.ts';
import { readRoomNotice } from './room-notice.ts';
import type { PlanFlags } from './shared-options.ts';

/** Plans the run that the flags describe and says on stderr what was found. */
export async function planFromFlags(
  flags: PlanFlags,
  chosen: {
    readonly out: string;
    readonly task: CompiledTask;
    readonly model: Awaited<ReturnType<typeof identifyModel>>;
    readonly signal: AbortSignal;
  },
): Promise<PlannedRun> {
  const limits: Limits = {
    ...(flags.maxFailures !== undefined && { maxFailures: flags.maxFailures }),
    ...(flags.deadline !== undefined && { deadline: flags.deadline }),
  };
  using _stdin = endStdinOn(chosen.signal);
  const planned = await planRun({
    inputs: chooseInputs(flags),
    stdin: process.stdin,
    compiled: chosen.task,
    model: chosen.model,
    out: chosen.out,
    name: flags.run,
    limits,
    keep: flags.keep,
    records: toRecordFields(flags),
    dedupe: flags.dedupe === true,
    since: await chooseEarlier(flags, chosen.out),
    selection: toSelection(flags),
    versions: { docmill: packageVersion(), node: process.versions.node },
    signal: chosen.signal,
    onPlanned: createPlanningNotice(),
  });
  const { run } = planned.open;
  const what = `${describeDocuments(run)} in ${plural(run.shards, 'shard')}`;
  note(planned.created ? `Run ${run.name}: ${what}.` : `Run ${run.name} is there already: ${what}.`);
  if (!planned.created && !sameLimits(run.limits, limits)) {
    note('The run keeps the limits that it was made with; `docmill resume` lifts them.');
  }
  noteIgnored(planned.ignored);
  const room = planned.created ? await readRoomNotice(run, chosen.out) : null;
  if (room !== null) note(room);
  await refuseCancelled(planned.open);
  return planned;
}

/** The run that `--since` names. */
export async function chooseEarlier(flags: PlanFlags, out: string): Promise<OpenRun | null> {
  if (flags.since === undefined) return null;
  if (flags.since !== flags.run) return openRun(out, flags.since);
  throw new AppError(
    'USAGE',
    `Expected \`--since\` to name another run than \`--run\`, got \`${flags.since}\` for both.`,
  );
}

/** How many documents there are, and how many of them need no answer of their own. */
export function describeDocuments(counts: Pick<Run, 'documents' | 'aliases' | 'carried'>): string {
  const carried = counts.carried === 0 ? '' : ` (${formatCount(counts.carried)} carried over)`;
  const aliases = counts.aliases === 0 ? '' : ` and ${formatCount(counts.aliases)} of the same content`;
  return plural(counts.documents, 'document') + carried + aliases;
}

/** A reader of stdin waits for its writer, whatever happens, unless the stream ends; whoever reads it gets the reason. */
function endStdinOn(signal: AbortSignal): Disposable {
  const end = (): void => {
    // Nobody may be reading, and a stream without a listener takes the process down with it.
    process.stdin.on('error', () => undefined).destroy(toError(signal.reason));
  };
  signal.addEventListener('abort', end, { once: true });
  return { [Symbol.dispose]: () => signal.removeEventListener('abort', end) };
}

function toError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}

async function refuseCancelled({ paths, run }: OpenRun): Promise<void> {
  const { last } = await readState(paths);
  if (last?.state !== 'cancelled') return;
  const why = last.reason === 'cancel' ? '' : ` by its ${last.reason}`;
  throw new AppError(
    'INCOMPLETE',
    `The run \`${run.name}\` was cancelled${why}; \`docmill resume ${run.name}\` lifts that.`,
  );
}

function sameLimits(one: Limits, other: Limits): boolean {
  return one.deadline === other.deadline && JSON.stringify(one.maxFailures) === JSON.stringify(other.maxFailures);
}

/** Where text and id stand in records, as far as the flags say it. */
export function toRecordFields({ textField, idField, textColumn, idColumn }: PlanFlags): RecordFields {
  const fields = { textField, idField, textColumn, idColumn };
  return recordFieldsSchema.parse(Object.fromEntries(Object.entries(fields).filter(([, name]) => name !== undefined)));
}

/** Which documents `--limit`, `--sample` and `--seed` leave. */
export function toSelection(flags: PlanFlags) {
  return {
    ...(flags.limit !== undefined && { limit: flags.limit }),
    ...(flags.sample !== undefined && { sample: { size: flags.sample, seed: flags.seed } }),
  };
}

/** 0 when every document was answered or had nothing to answer, 3 when some failed, 4 when the run is not complete. */
export function exitCodeOf(finalization: Finalization): number {
  if (finalization.status !== 'complete') return programErrors.INCOMPLETE.exit;
  return sumOf(finalization.outcomes.failed) > 0 ? programErrors.DOCUMENTS_FAILED.exit : 0;
}

/** Says that files were left alone: a document that somebody expects must not be missing silently. */
export function noteIgnored(ignored: PlannedRun['ignored']): void {
  const kinds = [
    [ignored.hidden, 'hidden file'],
    [ignored.symlinks, 'symbolic link'],
    [ignored.specialFiles, 'special file'],
  ] as const;
  const left = kinds.filter(([count]) => count > 0).map(([count, noun]) => plural(count, noun));
  if (left.length > 0) note(`Left alone: ${left.join(', ')}.`);
}

const NOTICE_DOCUMENTS = 100_000;

function createPlanningNotice(): (documents: number) => void {
  return (documents) => {
    if (documents % NOTICE_DOCUMENTS === 0) note(`${formatCount(documents)} documents planned…`);
  };
}
