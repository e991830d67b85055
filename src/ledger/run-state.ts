import { parseJson } from '../../schemas/json.ts';
import { type RunState, runStateSchema } from '../../schemas/run.ts';
import { AppError, systemCode } from '../errors.ts';
import { joinLocation } from '../object-storage/location.ts';
import type { RunPaths } from './run-paths.ts';

/**
 * The state log of a run. Entry n is the register `state/000n`, set once, and the same file under a name that
 * speaks, `state/000n-complete`; the highest number is the state. Whoever sets a number first decides it: a cancel and a
 * completion that race for 0003 cannot both win. The speaking name follows once the entry is safe from a power cut; where
 * its writer died in between, the next reader makes the entry safe and puts the name back.
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

/** Reads the log and says where the run stands, which no power cut takes back. */
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
  const highest = Math.max(0, ...[...names].filter((name) => /^\d+$/.test(name)).map(Number));
  const entries: RunState[] = [];
  for (let number = 1; number <= highest; number += 1) {
    const entry = await readEntry(paths, entryName(number));
    if (!names.has(`${entryName(number)}-${entry.state}`)) {
      // Whoever wrote it may have died before it was safe. A power cut could take back what is told of it, or keep the
      // next entry alone; whoever then filled that hole would wake an entry that decides something else.
      await paths.store.settle(paths.state);
      await nameEntry(paths, entryName(number), entry);
    }
    entries.push(entry);
  }
  return entries;
}

async function readEntry(paths: RunPaths, number: string): Promise<RunState> {
  const file = joinLocation(paths.state, number);
  const bytes = await paths.store.readFile(file).catch((error: unknown) => {
    if (systemCode(error) !== 'ENOENT') throw error;
    throw new AppError('CORRUPT', `\`${file}\` is missing, and a later entry of the state log is there.`);
  });
  const entry = runStateSchema.safeParse(parseJson(bytes.toString()));
  if (entry.success) return entry.data;
  throw new AppError('CORRUPT', `\`${file}\` is not an entry of the state log; it was changed after it was written.`);
}

/** Says to people what the entry is, and to programs that it is safe: losing the name costs the next reader a sync. */
async function nameEntry(paths: RunPaths, number: string, entry: RunState): Promise<void> {
  const from = joinLocation(paths.state, number);
  await paths.store.nameAlso(from, `${from}-${entry.state}`).catch(() => undefined);
}
