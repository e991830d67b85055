import { setTimeout as wait } from 'node:timers/promises';
import type { RunId } from '../../../schemas/ids.ts';
import { type HeardWorker, isAlive, readHeardWorkers } from '../../ledger/heartbeats.ts';
import { findRuns } from '../../ledger/open-run.ts';
import { type Worker, createWorkerRates } from '../worker-rates.ts';
import { type RunEntry, type RunSummary, createRunEntry } from './run-entry.ts';

/** Whoever asks within this time of the last look gets what that one saw. */
const FRESH_MS = 1_000;
const MOST_READING_MS = 1_000;
/** `run.json` of each run is read this often. */
const LIST_MS = 10_000;
/** Long enough for an alert to be seen; whoever is silent for longer was replaced or is missed by nobody. */
const SILENT_SHOWN_MS = 10 * 60_000;

/** The runs and workers under `out`, read when somebody asks and kept in memory: every answer comes at once. */
export function createRunBoard(out: string) {
  const entries = createEntries(out);
  const rates = createWorkerRates();
  let workers: readonly Worker[] = [];
  let silent: readonly HeardWorker[] = [];
  let lookedMs = Number.NEGATIVE_INFINITY;
  let looking: Promise<void> | null = null;
  const look = async (): Promise<void> => {
    if (performance.now() - lookedMs < FRESH_MS) return;
    // A directory that is away for a moment, or for good, leaves what was seen of it.
    await entries.list().catch(() => undefined);
    const heard = await readHeardWorkers(out, SILENT_SHOWN_MS, Date.now()).catch(() => []);
    workers = rates.look(heard.filter(isAlive), Date.now());
    silent = heard.filter((one) => !isAlive(one));
    const read = Promise.all(entries.all().map((entry) => entry.refresh()));
    // A run whose parts take longer to count goes on by itself, and holds up nobody else.
    await Promise.race([read, wait(MOST_READING_MS, undefined, { ref: false })]);
    lookedMs = performance.now();
  };
  return {
    /** Resolves when what is new was read, or after a second. */
    ask: (): Promise<void> => {
      looking ??= look().finally(() => {
        looking = null;
      });
      return looking;
    },
    /** Every run that was read so far, the newest first. */
    runs: (): RunSummary[] =>
      entries
        .all()
        .flatMap((entry) => entry.summary() ?? [])
        .sort((one, other) => (one.open.run.createdAt < other.open.run.createdAt ? 1 : -1)),
    /** The workers that are alive. */
    workers: (): readonly Worker[] => workers,
    /** Those that went silent within ten minutes without having stopped. */
    silentWorkers: (): readonly HeardWorker[] => silent,
    find: (name: string): RunEntry | undefined => entries.all().find(({ open }) => open.run.name === name),
    [Symbol.asyncDispose]: () => entries[Symbol.asyncDispose](),
  };
}

export type RunBoard = ReturnType<typeof createRunBoard>;

/** One entry for each run under `out`; a run that was removed and made again is another one. */
function createEntries(out: string) {
  const entries = new Map<RunId, RunEntry>();
  let listedMs = Number.NEGATIVE_INFINITY;
  return {
    list: async (): Promise<void> => {
      if (performance.now() - listedMs < LIST_MS) return;
      const runs = await findRuns(out);
      listedMs = performance.now();
      for (const open of runs) {
        if (!entries.has(open.run.runId)) entries.set(open.run.runId, createRunEntry(open, out));
      }
      const there = new Set(runs.map(({ run }) => run.runId));
      for (const [id, entry] of entries) {
        if (there.has(id)) continue;
        entries.delete(id);
        await entry[Symbol.asyncDispose]();
      }
    },
    all: (): RunEntry[] => [...entries.values()],
    [Symbol.asyncDispose]: async (): Promise<void> => {
      await Promise.all([...entries.values()].map((entry) => entry[Symbol.asyncDispose]()));
    },
  };
}
