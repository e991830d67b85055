import type { OutcomeCounts } from '../../../schemas/manifest.ts';
import { isAppError } from '../../errors.ts';
import { type PartListener, sumOf } from '../../ledger/count-outcomes.ts';
import { readManifest } from '../../ledger/finalize-run.ts';
import type { OpenRun } from '../../ledger/open-run.ts';
import { type CurrentState, readState } from '../../ledger/run-state.ts';
import { type RunStatus, openRunStatus } from '../read-run-status.ts';
import { type Failure, createNewestFailures } from './newest-failures.ts';
import { type RateHistory, createRateHistory } from './rate-history.ts';

/** What a list of runs shows of one: from its state and, where it is complete, its manifest alone. */
export type RunSummary = {
  readonly open: OpenRun;
  readonly state: CurrentState;
  readonly documents: { readonly done: number; readonly total: number };
  readonly outcomes: OutcomeCounts;
  readonly rate: number | null;
  readonly etaSeconds: number | null;
  /** Parts are still being counted: what is here is only a beginning. */
  readonly counting: boolean;
  /** Why the run cannot be read. */
  readonly trouble: string | null;
};

/** What a run's own page shows besides. */
export type RunDetails = {
  readonly status: RunStatus;
  readonly history: RateHistory;
  readonly failures: readonly Failure[];
};

/** Parts that are counted before what is known is shown: some seconds of work. */
const PARTS_AT_ONCE = 500;

/**
 * What the dashboard knows of a run. A complete run costs its manifest until somebody looks at its own page; of others
 * each part is read once, some at a time, so that a page never waits for a million lines.
 */
export function createRunEntry(open: OpenRun, out: string) {
  const follower = createFollower(open, out);
  let summary: RunSummary | null = null;
  let details: RunDetails | null = null;
  let working: Promise<void> | null = null;
  let wanted = false;
  const closing = new AbortController();
  const work = async (): Promise<void> => {
    const state = await readState(open.paths);
    const settled = state.kind === 'complete' && summary?.state.number === state.number && summary.trouble === null;
    if (settled && (!wanted || isWhole(details, state))) return;
    if (state.kind === 'complete' && !wanted) {
      summary = await fromManifest(open, state);
      return;
    }
    do {
      details = await follower.next();
      summary = fromStatus(open, state, details.status);
    } while (details.status.uncounted > 0 && !closing.signal.aborted);
  };
  const failed = (error: unknown): void => {
    // Of a run that was removed meanwhile, nothing can be read.
    summary = inTrouble(open, summary, isAppError(error) ? error.message : 'The run cannot be read.');
  };
  return {
    open,
    summary: (): RunSummary | null => summary,
    details: (): RunDetails | null => details,
    /** From now on the run's own page has to be kept up, also where the run is complete. */
    want: (): void => {
      wanted = true;
    },
    /** Reads what is new; one call at a time does. */
    refresh: async (): Promise<void> => {
      working ??= work()
        .catch(failed)
        .finally(() => {
          working = null;
        });
      await working;
    },
    [Symbol.asyncDispose]: async (): Promise<void> => {
      closing.abort();
      await working;
      await follower[Symbol.asyncDispose]();
    },
  };
}

/** Reads a run's parts, some at a time, and keeps what its page shows of them. */
function createFollower(open: OpenRun, out: string) {
  let reader: Awaited<ReturnType<typeof openRunStatus>> | null = null;
  let [history, failures] = [createRateHistory(), createNewestFailures()];
  const listen = (): PartListener => {
    [history, failures] = [createRateHistory(), createNewestFailures()];
    return ({ atMs, results }) => {
      history.add(atMs, results.length);
      failures.add(atMs, results);
    };
  };
  return {
    next: async (): Promise<RunDetails> => {
      reader ??= await openRunStatus(open, out, listen);
      const status = await reader.read(PARTS_AT_ONCE);
      return { status, history: history.read(), failures: failures.read() };
    },
    [Symbol.asyncDispose]: async (): Promise<void> => {
      await reader?.[Symbol.asyncDispose]();
    },
  };
}

export type RunEntry = ReturnType<typeof createRunEntry>;

/** A complete run does not change any more. */
function isWhole(details: RunDetails | null, { round }: CurrentState): boolean {
  const status = details?.status;
  return status?.state === 'complete' && status.round === round && status.uncounted === 0;
}

async function fromManifest(open: OpenRun, state: CurrentState): Promise<RunSummary> {
  const manifest = await readManifest(open.paths, state.round);
  const total = state.retriedDocuments ?? open.run.documents;
  const documents = { done: manifest?.documents ?? total, total };
  const outcomes = manifest?.outcomes ?? NO_OUTCOMES;
  return { ...beginning(open, state), documents, outcomes };
}

function fromStatus(open: OpenRun, state: CurrentState, status: RunStatus): RunSummary {
  const { documents, outcomes, rate, etaSeconds } = status;
  const counting = status.uncounted > 0;
  // A rate over parts of which some are missing would be wrong.
  const pace = counting ? {} : { rate, etaSeconds };
  return { ...beginning(open, state), documents, outcomes, counting, ...pace };
}

function inTrouble(open: OpenRun, before: RunSummary | null, trouble: string): RunSummary {
  return { ...(before ?? beginning(open, UNKNOWN_STATE)), trouble };
}

function beginning(open: OpenRun, state: CurrentState): RunSummary {
  const documents = { done: 0, total: state.retriedDocuments ?? open.run.documents };
  const nothing = { rate: null, etaSeconds: null, counting: false, trouble: null };
  return { open, state, documents, outcomes: NO_OUTCOMES, ...nothing };
}

const NO_OUTCOMES: OutcomeCounts = { ok: 0, failed: {}, skipped: {} };

const UNKNOWN_STATE: CurrentState = {
  number: 0,
  last: null,
  kind: 'open',
  round: 1,
  retriedDocuments: null,
  limitsLifted: false,
};

/** Failed documents of a run, whatever their code. */
export function failedOf({ outcomes }: Pick<RunSummary, 'outcomes'>): number {
  return sumOf(outcomes.failed);
}
