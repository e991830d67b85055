import type { Alias, PlanLine, PlannedDocument } from '../../schemas/plan.ts';
import { type ResultLine, resultLineSchema } from '../../schemas/result.ts';
import { mapInOrder } from '../map-in-order.ts';
import { readAliases } from './aliases.ts';
import { type Part, findPart } from './parts.ts';
import { openPlan } from './plan-file.ts';
import type { RunPaths } from './run-paths.ts';

/** A document's final line, its text in the file, and the document as the round planned it that answered it. */
export type FinalLine = { readonly result: ResultLine; readonly text: string; readonly document: PlannedDocument };

export type PlacedLine = FinalLine & {
  readonly shard: number;
  readonly index: number;
  /** The last line that answers the content which was planned first: its aliases have that content. */
  readonly ofPlanned: FinalLine;
};

/** What to do at a shard without a part. */
export type OnMissing = {
  /** Whether parts may come meanwhile: then one that was missing ahead of its turn is looked for again when that comes. */
  readonly follows: boolean;
  readonly decide: () => Promise<'stop' | 'skip' | 'look-again'>;
};

const stopAtMissing: OnMissing = { follows: false, decide: async () => 'stop' };
export const skipMissing: OnMissing = { follows: false, decide: async () => 'skip' };

/**
 * The lines of a run in plan order: round 1 line by line, where a later round has answered a document anew its line,
 * and behind each document those of its aliases. Rounds and aliases stand in plan order too, so they are merged in
 * lockstep and memory stays at the parts of each round that the store reads at once.
 *
 * `onMissing` says what happens at a shard without a part: `stop` ends there, `skip` goes on, `look-again` looks once
 * more, so that a reader can follow a run that goes on.
 */
export async function* finalLines(
  paths: RunPaths,
  round: number,
  onMissing: OnMissing = stopAtMissing,
): AsyncGenerator<FinalLine> {
  await using aliases = await openCursor(readAliases(paths));
  for await (const line of latestLines(paths, round, onMissing)) {
    yield line;
    for (let alias = aliases.peek(); alias !== null && !isBefore(line, alias); alias = aliases.peek()) {
      // An alias of a shard that has no part yet is passed over with it.
      if (isAliasOf(alias, line)) yield toAlias(line.ofPlanned, alias);
      await aliases.advance();
    }
  }
}

/** The planned documents' lines alone, each with its place in the plan of round 1. */
export async function* latestLines(
  paths: RunPaths,
  round: number,
  onMissing: OnMissing = stopAtMissing,
): AsyncGenerator<PlacedLine> {
  await using resources = new AsyncDisposableStack();
  const later: Cursor<Placed>[] = [];
  for (let number = 2; number <= round; number += 1) {
    later.push(resources.use(await openCursor(roundLines(paths, number, onMissing))));
  }
  for await (const planned of roundLines(paths, 1, onMissing)) {
    const found = await latest(planned, later);
    if (found !== null) yield { ...found.line, ofPlanned: found.ofPlanned, shard: planned.shard, index: planned.index };
  }
}

/** A document of a round with its line; null where its shard has no part and is passed over. */
type Placed = { readonly id: string; readonly line: FinalLine | null; readonly shard: number; readonly index: number };

/** The documents of one round, shard by shard. */
async function* roundLines(paths: RunPaths, round: number, onMissing: OnMissing): AsyncGenerator<Placed> {
  await using plan = await openPlan(paths, round);
  const look = ({ shard, documents }: PlanLine) => findPart(paths, round, shard, documents);
  const ahead = mapInOrder(plan.lines(), paths.store.readsAtOnce, async (line) => ({ line, found: await look(line) }));
  for await (const { line, found } of ahead) {
    const part = found ?? (await awaitPart(() => look(line), onMissing));
    if (part === 'stop') return;
    const { shard, documents } = line;
    for (const [index, document] of documents.entries()) {
      const result = part?.results[index];
      const answered = result === undefined ? null : { result, text: part?.lines[index] ?? '', document };
      yield { id: document.id, line: answered, shard, index };
    }
  }
}

/** Null for a part that is passed over. */
async function awaitPart(
  look: () => Promise<Part | null>,
  { follows, decide }: OnMissing,
): Promise<Part | 'stop' | null> {
  let part = follows ? await look() : null;
  while (part === null) {
    const decision = await decide();
    if (decision !== 'look-again') return decision === 'stop' ? 'stop' : null;
    part = await look();
  }
  return part;
}

/**
 * The last line of a document, and the last one of the content that was planned first: a later round may have taken a
 * changed file, whose aliases have not changed with it.
 */
async function latest(
  planned: Placed,
  later: readonly Cursor<Placed>[],
): Promise<{ readonly line: FinalLine; readonly ofPlanned: FinalLine } | null> {
  let { line } = planned;
  let ofPlanned = line;
  for (const cursor of later) {
    const candidate = cursor.peek();
    if (candidate?.id !== planned.id) continue;
    line = candidate.line ?? line;
    if (candidate.line?.document.sha256 === planned.line?.document.sha256) ofPlanned = candidate.line ?? ofPlanned;
    await cursor.advance();
  }
  return line === null ? null : { line, ofPlanned: ofPlanned ?? line };
}

/** Whether the alias belongs to a document that comes later in the plan. */
function isBefore(line: PlacedLine, alias: Alias): boolean {
  return alias.shard > line.shard || (alias.shard === line.shard && alias.index > line.index);
}

function isAliasOf(alias: Alias, line: PlacedLine): boolean {
  return alias.shard === line.shard && alias.index === line.index;
}

function toAlias({ result, document }: FinalLine, { id, source }: Alias): FinalLine {
  const renamed = resultLineSchema.parse({ ...result, id });
  return { result: renamed, text: JSON.stringify(renamed), document: { id, source, sha256: document.sha256 } };
}

type Cursor<T> = {
  readonly peek: () => T | null;
  readonly advance: () => Promise<void>;
  readonly [Symbol.asyncDispose]: () => Promise<void>;
};

/** A generator with one value of look-ahead. */
async function openCursor<T>(lines: AsyncGenerator<T>): Promise<Cursor<T>> {
  let current: T | null = null;
  const advance = async () => {
    const next = await lines.next();
    current = next.done === true ? null : next.value;
  };
  await advance();
  return { peek: () => current, advance, [Symbol.asyncDispose]: async () => void (await lines.return(undefined)) };
}
