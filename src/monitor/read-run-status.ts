import type { RunName } from '../../schemas/ids.ts';
import type { PartListener } from '../ledger/count-outcomes.ts';
import { type Heartbeat, readHeartbeats } from '../ledger/heartbeats.ts';
import type { OpenRun } from '../ledger/open-run.ts';
import { type RunProgress, openProgress } from '../ledger/run-progress.ts';
import { type CurrentState, readState } from '../ledger/run-state.ts';
import { type Worker, createWorkerRates } from './worker-rates.ts';

/** Where a run stands, for `status` and whoever shows it. */
export type RunStatus = RunProgress & {
  readonly run: RunName;
  readonly state: CurrentState['kind'];
  /** Why a cancelled run was cancelled. */
  readonly reason: string | null;
  readonly running: number;
  readonly waiting: number;
  readonly workers: readonly WorkerStatus[];
  /** Why workers refuse this run, if any does. */
  readonly refusals: readonly string[];
  /** What attempts fail of, while they do. */
  readonly troubles: readonly string[];
};

type WorkerStatus = Pick<Heartbeat, 'worker' | 'shard' | 'documents' | 'rssBytes'> & Pick<Worker, 'ageMs' | 'rate'>;

/**
 * Opens the status of a run; each `read` costs what is new since the last one, and no more than `mostParts` parts.
 * `listen` is asked at the beginning of each round who wants to hear of its parts.
 */
export async function openRunStatus(open: OpenRun, out: string, listen?: () => PartListener) {
  await using resources = new AsyncDisposableStack();
  let state = await readState(open.paths);
  let progress = await openProgress(open, state, listen?.());
  resources.defer(() => progress[Symbol.asyncDispose]());
  const rates = createWorkerRates();
  const owned = resources.move();
  return {
    read: async (mostParts?: number): Promise<RunStatus> => {
      const now = await readState(open.paths);
      if (now.round !== state.round) {
        await progress[Symbol.asyncDispose]();
        progress = await openProgress(open, now, listen?.());
      }
      state = now;
      const counted = await progress.read(mostParts);
      const workers = rates.look(await readHeartbeats(out, Date.now()), Date.now());
      return toStatus(open, state, counted, workers);
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

function toStatus({ run }: OpenRun, state: CurrentState, progress: RunProgress, beats: readonly Worker[]): RunStatus {
  const workers = beats.filter(({ heartbeat }) => heartbeat.model === run.model.name).map(toWorkerStatus);
  const running = workers.filter(({ shard }) => shard?.startsWith(`${run.name}/`) === true).length;
  const missing = progress.shards.total - progress.shards.done;
  const refusals = new Set(beats.flatMap(({ heartbeat }) => heartbeat.refused[run.name] ?? []));
  const { last } = state;
  return {
    run: run.name,
    state: state.kind,
    reason: last?.state === 'cancelled' ? last.reason : null,
    ...progress,
    running,
    waiting: Math.max(0, missing - running),
    workers,
    refusals: [...refusals],
    troubles: [...new Set(beats.flatMap(({ heartbeat }) => heartbeat.troubles[run.name] ?? []))],
  };
}

function toWorkerStatus({ heartbeat: { worker, shard, documents, rssBytes }, ageMs, rate }: Worker): WorkerStatus {
  return { worker, shard, documents, rssBytes, ageMs: Math.round(ageMs), rate };
}
