import { writeFile } from 'node:fs/promises';
import { runNameSchema } from '../../schemas/ids.ts';
import type { Alias, PlannedDocument } from '../../schemas/plan.ts';
import type { FailedLine, OkLine, ResultLine } from '../../schemas/result.ts';
import { type Run, runSchema } from '../../schemas/run.ts';
import type { Task } from '../../schemas/task.ts';
import { type RunDescription, type RunDraft, draftRun } from '../../src/ledger/create-run.ts';
import type { OpenRun } from '../../src/ledger/open-run.ts';
import { commitPart } from '../../src/ledger/parts.ts';
import { openPlan } from '../../src/ledger/plan-file.ts';
import { sha256Of } from '../../src/sha256.ts';
import { runPaths } from '../../src/ledger/run-paths.ts';
import { compileTask } from '../../src/task/compile-task.ts';

/** Ids of the documents of each shard. */
export type Shards = readonly (readonly string[])[];

type Members = Partial<RunDescription>;

/** A run on disk under `out`, published, without any part. */
export async function aRun(out: string, shards: Shards, members: Members = {}): Promise<OpenRun> {
  await using draft = await draftRun(out);
  const { run } = await publishShards(draft, shards, members);
  return { run, paths: runPaths(out, run.name) };
}

/** A run whose documents have aliases: each stands behind the document `of`, in plan order. */
export async function aRunWithAliases(
  out: string,
  shards: Shards,
  aliases: readonly { readonly id: string; readonly of: string }[],
): Promise<OpenRun> {
  await using draft = await draftRun(out);
  const places = shards.flatMap((ids, shard) => ids.map((id, index) => ({ id, shard, index })));
  const lines = places.flatMap(({ id, shard, index }) =>
    aliases
      .filter(({ of }) => of === id)
      .map(({ id: alias }): Alias => ({ id: alias, of: id, source: aDocument(alias).source, shard, index })),
  );
  const { run } = await publishShards(draft, shards, lines.length > 0 ? await draft.writeAliases(lines) : {});
  return { run, paths: runPaths(out, run.name) };
}

/** Publishes a draft with these shards. */
export async function publishShards(draft: RunDraft, shards: Shards, members: Members = {}) {
  for (const ids of shards) await draft.plan.append(ids.map(aDocument));
  return draft.publish(await draft.plan.finish(), aDescription(members));
}

/** A planned document whose content is its id. */
export function aDocument(id: string): PlannedDocument {
  return { id, source: { root: 'docs', path: id }, sha256: sha256Of(id) };
}

/** A line of a document that was answered. */
export function okLine(id: string, category = 'billing', confidence = 0.93): OkLine {
  return { id, status: 'ok', answer: { category }, confidence: { '/category': confidence } };
}

/** A line of a document that failed. */
export function failedLine(id: string, code = 'CHANGED'): FailedLine {
  return { id, status: 'failed', error: { code, message: 'It failed.' } };
}

/** Commits every part of a round, or those of `only`, with the lines that `answer` gives. */
export async function commitRound(
  open: OpenRun,
  round = 1,
  answer: (id: string) => ResultLine = okLine,
  only: (shard: number) => boolean = () => true,
): Promise<void> {
  await using plan = await openPlan(open.paths, round);
  for await (const { shard, documents } of plan.lines()) {
    if (!only(shard)) continue;
    await commitPart(
      open,
      round,
      shard,
      documents.map(({ id }) => answer(id)),
    );
  }
}

/** Writes a changed `run.json` and gives the run as it stands now. */
export async function rewriteRun({ paths, run }: OpenRun, changes: Partial<Run>): Promise<OpenRun> {
  const changed = runSchema.parse({ ...run, ...changes });
  await writeFile(paths.runFile, JSON.stringify(changed));
  return { paths, run: changed };
}

const TASK: Task = {
  name: 'test',
  kind: 'classify',
  instructions: 'Choose.',
  output: {
    type: 'object',
    properties: { category: { enum: ['billing', 'other'] } },
    required: ['category'],
  },
};

function aDescription(members: Members): RunDescription {
  return {
    name: runNameSchema.parse('test'),
    createdAt: '2026-01-02T03:04:05.000Z',
    task: TASK,
    taskSha256: compileTask(TASK).sha256,
    model: { name: 'stub:', sha256: sha256Of('model') },
    engine: { engine: 'stub' },
    roots: {},
    keep: [],
    records: {},
    aliases: 0,
    carried: 0,
    bytes: 1,
    limits: {},
    versions: {},
    ...members,
  };
}
