import { parseJson } from '../../schemas/json.ts';
import { type RunState, runStateSchema } from '../../schemas/run.ts';
import { AppError } from '../errors.ts';
import { joinLocation } from '../object-storage/location.ts';
import type { RunPaths } from './run-paths.ts';

/**
 * The state log of a run. Entry n is the register `state/000n`, set once, and the same file under a name that
 * speaks, `state/000n-complete`; the highest number is the state. Whoever sets a number first decides it: a cancel and a
 * completion that race for 0003 cannot both win. The speaking name follows and is put back by the next reader if its
 * writer died in between.
 *
 *   open ──► complete ──► retried (round + 1) ──► complete …
 *     └────► cancelled ──► resumed (open again) ──► …
 */
export type CurrentState = {
  /** Number of the last entry, 0 for a run without entries. */
  readonly number: number;
  readonly last: RunState | null;
  readonly kind: 'open' | 'cancelled' | 'complete';
  /** The round that is being worked on, or that was worked on last. */
  readonly round: number;
  /** Documents of that round where it is a retry; null for the enqueue's, which `run.json` knows. */
  readonly retriedDocuments: number | null;
  /** Whether a `resume` has lifted the run's limits. */
  readonly limitsLifted: boolean;
};

/** Reads the log and says where the run stands. */
export async function readState(paths: RunPaths): Promise<CurrentState> {
  const entries = await readEntries(paths);
  const last = entries.at(-1) ?? null;
  const retried = entries.findLast((entry) => entry.state === 'retried');
  return {
    number: entries.length,
    last,
    kind: last === null || last.state === 'resumed' || last.state === 'retried' ? 'open' : last.state,
    round: retried?.round ?? 1,
    retriedDocuments: retried?.documents ?? null,
    limitsLifted: entries.some((entry) => entry.state === 'resumed'),
  };
}

/**
 * Appends an entry after `current`. False when somebody else appended first: the caller reads the state again and
 * decides anew.
 */
export async function appendState(paths: RunPaths, current: CurrentState, entry: RunState): Promise<boolean> {
  // Its writer may have died before it was safe: a power cut that kept the next entry alone would leave a hole, and
  // whoever filled that hole would wake an entry that decides something else.
  if (current.number > 0) await paths.store.settle(paths.state);
  const number = entryName(current.number + 1);
  const bytes = Buffer.from(`${JSON.stringify(entry)}\n`);
  const won = await paths.store.createOnce(paths.temporary, joinLocation(paths.state, number), bytes);
  if (won) await nameEntry(paths, number, entry);
  return won;
}

function entryName(number: number): string {
  return String(number).padStart(4, '0');
}

async function readEntries(paths: RunPaths): Promise<RunState[]> {
  const names = new Set(await paths.store.names(paths.state));
  const entries: RunState[] = [];
  for (let number = 1; names.has(entryName(number)); number += 1) {
    const entry = await readEntry(paths, entryName(number));
    if (!names.has(`${entryName(number)}-${entry.state}`)) await nameEntry(paths, entryName(number), entry);
    entries.push(entry);
  }
  return entries;
}

async function readEntry(paths: RunPaths, number: string): Promise<RunState> {
  const file = joinLocation(paths.state, number);
  const entry = runStateSchema.safeParse(parseJson((await paths.store.readFile(file)).toString()));
  if (entry.success) return entry.data;
  throw new AppError('CORRUPT', `\`${file}\` is not an entry of the state log; it was changed after it was written.`);
}

/** The speaking name is for people: losing it, or not being allowed to write it, changes nothing. */
async function nameEntry(paths: RunPaths, number: string, entry: RunState): Promise<void> {
  const from = joinLocation(paths.state, number);
  await paths.store.nameAlso(from, `${from}-${entry.state}`).catch(() => undefined);
}
