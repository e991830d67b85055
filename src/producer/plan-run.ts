import type { Limits, ModelIdentity, RecordFields } from '../../schemas/run.ts';
import { type RunName, runNameSchema } from '../../schemas/ids.ts';
import type { JsonValue } from '../../schemas/json.ts';
import { createDuplicateFinder } from '../documents/duplicate-ids.ts';
import { type Inputs, findDocuments, openInputs } from '../documents/find-documents.ts';
import { stdinRootName } from '../documents/name-roots.ts';
import { AppError } from '../errors.ts';
import { realLocation } from '../object-storage/location.ts';
import { readAliases } from '../ledger/aliases.ts';
import { type RunDraft, draftRun, removeStaleDrafts } from '../ledger/create-run.ts';
import type { OpenRun } from '../ledger/open-run.ts';
import { openPlan } from '../ledger/plan-file.ts';
import { sha256Of } from '../sha256.ts';
import type { CompiledTask } from '../task/field.ts';
import { openEarlierLines } from './earlier-lines.ts';
import { fillPlan } from './fill-plan.ts';
import { type Selection, selectDocuments } from './select-documents.ts';
import { toQuestion } from './to-question.ts';

export type PlanOptions = {
  readonly inputs: readonly string[];
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly compiled: CompiledTask;
  readonly model: { readonly identity: ModelIdentity; readonly settings: Readonly<Record<string, JsonValue>> };
  readonly out: string;
  /** Given by the user, else made from the hash of plan, task and model. */
  readonly name: RunName | undefined;
  readonly limits: Limits;
  readonly keep: readonly string[];
  readonly records: RecordFields;
  /** Whether documents of the same content are planned once. */
  readonly dedupe: boolean;
  /** The run whose lines are carried over for documents that have not changed. */
  readonly since: OpenRun | null;
  readonly selection: Selection;
  readonly versions: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** Called with the number of documents planned so far. */
  readonly onPlanned: (documents: number) => void;
};

export type PlannedRun = {
  readonly open: OpenRun;
  /** False when the same run was there already. */
  readonly created: boolean;
  readonly ignored: Inputs['ignored'];
  /** Where the input roots are now. */
  readonly roots: Readonly<Record<string, string>>;
};

/**
 * Finds the documents, plans their shards and makes the run directory whole, or finds that the same run is there
 * already. Nothing is queued here. Killed at any instant it leaves either the whole run or a draft that nobody reads.
 */
export async function planRun(options: PlanOptions): Promise<PlannedRun> {
  const { compiled, model } = options;
  const question = toQuestion(options);
  await using earlier = options.since === null ? null : await openEarlierLines(options.since, question);
  await using draft = await draftRun(options.out);
  const out = await realLocation(options.out);
  await removeStaleDrafts(options.out, Date.now());
  await using inputs = await openInputs(options.inputs, {
    stdin: options.stdin,
    storeDirectory: draft.paths.input,
    exclude: out,
    reading: options,
    compareRecords: options.dedupe,
  });
  refuseOutputAsInput(out, inputs.roots);
  const found = selectDocuments(findDocuments(inputs, options.signal), options.selection);
  const { totals, aliases, carried, bytes, ownIds } = await fillPlan(draft, found, { ...options, earlier });
  if (totals.documents === 0) throw noDocuments(options.inputs, inputs.ignored);
  // Ids that come from paths are unique by construction; those that records bring along can be those of any document.
  if (ownIds) await refuseDuplicates(draft);
  const { input: _, ...roots } = inputs.roots;
  const { created, ...open } = await draft.publish(totals, {
    name:
      options.name ??
      defaultName(compiled, [
        totals.sha256,
        compiled.sha256,
        model.identity.sha256,
        aliases.aliasesSha256,
        Object.keys(options.records).length === 0 ? undefined : JSON.stringify(options.records),
      ]),
    createdAt: new Date().toISOString(),
    task: compiled.task,
    ...question,
    roots,
    ...aliases,
    carried,
    bytes,
    limits: options.limits,
    versions: options.versions,
  });
  return { open, created, ignored: inputs.ignored, roots };
}

/** Below an input the output directory is passed over; as an input, or around one, it would make its own files documents. */
function refuseOutputAsInput(out: string, roots: Readonly<Record<string, string>>): void {
  for (const [name, root] of Object.entries(roots)) {
    if (name === stdinRootName || !`${root}/`.startsWith(`${out}/`)) continue;
    throw new AppError(
      'USAGE',
      `The input \`${root}\` lies in the output directory \`${out}\`; choose another with \`--out\`.`,
    );
  }
}

/** The same documents, task and model make the same name, so the same command twice is the same run. */
function defaultName(compiled: CompiledTask, parts: readonly (string | undefined)[]): RunName {
  const hash = sha256Of(parts.filter((one) => one !== undefined).join('\n')).slice(0, 10);
  return runNameSchema.parse(`${compiled.task.name}-${hash}`);
}

function noDocuments(inputs: readonly string[], ignored: Inputs['ignored']): AppError {
  const leftAlone = Object.values(ignored).reduce((sum, count) => sum + count, 0);
  const names = inputs.map((input) => `\`${input}\``).join(', ');
  const hint = leftAlone > 0 ? `; ${leftAlone} hidden or special files and links were left alone` : '';
  return new AppError('NO_INPUT', `There are no documents in ${names}${hint}.`);
}

const DUPLICATES_SHOWN = 10;

/** The finder remembers hashes of the plan's ids; which ids they were is looked up only when there is something to find. */
async function refuseDuplicates(draft: RunDraft): Promise<void> {
  const finder = createDuplicateFinder();
  for await (const id of idsOf(draft)) finder.add(id);
  const suspects = finder.suspects();
  if (suspects.count === 0) return;
  const seen = new Map<string, number>();
  for await (const id of idsOf(draft)) if (suspects.has(id)) seen.set(id, (seen.get(id) ?? 0) + 1);
  const duplicates = [...seen].filter(([, count]) => count > 1).map(([id]) => id);
  if (duplicates.length === 0) return;
  const shown = duplicates.slice(0, DUPLICATES_SHOWN).map((id) => `\`${id}\``);
  const more = duplicates.length > shown.length ? ` and ${duplicates.length - shown.length} more` : '';
  throw new AppError(
    'DUPLICATE_IDS',
    `These ids stand for more than one document: ${shown.join(', ')}${more}; give each record its own id.`,
    {
      details: { duplicates: duplicates.length },
    },
  );
}

async function* idsOf({ paths }: RunDraft): AsyncGenerator<string> {
  await using plan = await openPlan(paths, 1);
  for await (const { documents } of plan.lines()) for (const { id } of documents) yield id;
  for await (const { id } of readAliases(paths)) yield id;
}
