import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { type AppError, isAppError } from '../errors.ts';
import { type Heartbeat, removeHeartbeat, writeHeartbeat } from '../ledger/heartbeats.ts';
import { type AttemptCost, addAttempt, noTotals } from '../ledger/worker-totals.ts';
import type { Logger } from '../logger.ts';
import { singleFlight } from './single-flight.ts';

export type Activity = ReturnType<typeof startActivity>;

/** Notes what a worker is doing and writes it to its heartbeat file, every `heartbeatMs` until disposed. */
export function startActivity(options: {
  readonly out: string;
  readonly model: string;
  readonly heartbeatMs: number;
  readonly log: Logger;
  /** The output directory is not there any more. */
  readonly onGone: (error: AppError) => void;
}) {
  const { out, log } = options;
  const word = firstWord(options.model);
  const { worker } = word;
  const say = (): Heartbeat => ({ ...word, rssBytes: process.memoryUsage.rss() });
  const beat = singleFlight(
    () => writeHeartbeat(out, say()),
    (error) => {
      log.warn({ err: error }, 'heartbeat failed');
      if (isAppError(error, 'OUTPUT_UNUSABLE')) options.onGone(error);
    },
  );
  beat();
  const timer = setInterval(beat, options.heartbeatMs);
  return {
    worker,
    /** What the worker has to say at this moment. */
    say,
    start: (shard: string): void => {
      word.shard = shard;
    },
    finish: (attempt: AttemptCost & { readonly documents: number }): void => {
      word.shard = null;
      word.shards += 1;
      word.documents += attempt.documents;
      addAttempt(word.totals, attempt);
    },
    /** The attempt ended without a part: it failed, or the shard was put back. */
    abandon: (how: 'failed' | 'put-back'): void => {
      word.shard = null;
      if (how === 'failed') word.totals.attempts.failed += 1;
    },
    refuse: (run: string, reason: string): void => {
      word.refused[run] = reason;
    },
    /** Notes what an attempt at a run's shard failed of, or that one ended well. */
    trouble: (run: string, message: string | null): void => {
      if (message === null) delete word.troubles[run];
      else word.troubles[run] = message;
    },
    [Symbol.asyncDispose]: async (): Promise<void> => {
      clearInterval(timer);
      await beat.settled();
      await removeHeartbeat(out, worker);
    },
  };
}

function firstWord(model: string): Heartbeat {
  const host = hostname();
  return {
    worker: `${host.replaceAll(/[^A-Za-z0-9-]/g, '-')}-${process.pid}-${randomUUID().slice(0, 8)}`,
    host,
    pid: process.pid,
    model,
    startedAt: new Date().toISOString(),
    shard: null,
    shards: 0,
    documents: 0,
    rssBytes: 0,
    refused: {},
    troubles: {},
    totals: noTotals(),
  };
}
