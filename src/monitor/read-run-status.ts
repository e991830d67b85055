import type { RunName } from '../../schemas/ids.ts';
import { type Heartbeat, readHeartbeats } from '../ledger/heartbeats.ts';
import type { OpenRun } from '../ledger/open-run.ts';
import { type RunProgress, openProgress } from '../ledger/run-progress.ts';
import { type CurrentState, readState } from '../ledger/run-state.ts';

/** Where a run stands, for `status` and whoever shows it. */
export type RunStatus = RunProgress & {
  readonly run: RunName;
  readonly state: CurrentState['kind'];
  /** Why a cancelled run was cancelled. */
  readonly reason: string | null;
  readonly running: number;
  readonly waiting: number;
  readonly workers: readonly (Pick<Heartbeat, 'worker' | 'shard' | 'documents' | 'rssBytes'> & {
    readonly ageMs: number;
  })[];
  /** Why workers refuse this run, if any does. */
  readonly refusals: readonly string[];
  /** What attempts fail of, while they do. */
  readonly troubles: readonly string[];
};

/** Opens the status of a run; each `read` costs what is new since the last one. */
export async function openRunStatus(open: OpenRun, out: string) {
  await using resources = new AsyncDisposableStack();
  let state = await readState(open.paths);
  let progress = await openProgress(open, state);
  resources.defer(() => progress[Symbol.asyncDispose]());
  const owned = resources.move();
  return {
    read: async (): Promise<RunStatus> => {
      const now = await readState(open.paths);
      if (now.round !== state.round) {
        await progress[Symbol.asyncDispose]();
        progress = await openProgress(open, now);
      }
      state = now;
      return toStatus(open, state, await progress.read(), await readHeartbeats(out, Date.now()));
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

function toStatus(
  { run }: OpenRun,
  state: CurrentState,
  progress: RunProgress,
  beats: readonly { readonly heartbeat: Heartbeat; readonly ageMs: number }[],
): RunStatus {
  const workers = beats
    .filter(({ heartbeat }) => heartbeat.model === run.model.name)
    .map(({ heartbeat: { worker, shard, documents, rssBytes }, ageMs }) => ({
      worker,
      shard,
      documents,
      rssBytes,
      ageMs: Math.round(ageMs),
    }));
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
