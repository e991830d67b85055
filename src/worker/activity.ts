import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { removeHeartbeat, writeHeartbeat } from '../ledger/heartbeats.ts';
import type { Logger } from '../logger.ts';
import { singleFlight } from './single-flight.ts';

export type Activity = ReturnType<typeof startActivity>;

/** Notes what a worker is doing and writes it to its heartbeat file, every `heartbeatMs` until disposed. */
export function startActivity(options: {
  readonly out: string;
  readonly model: string;
  readonly heartbeatMs: number;
  readonly log: Logger;
}) {
  const { out, log } = options;
  const host = hostname();
  const worker = `${host.replaceAll(/[^A-Za-z0-9-]/g, '-')}-${process.pid}-${randomUUID().slice(0, 8)}`;
  const constant = { worker, host, pid: process.pid, model: options.model, startedAt: new Date().toISOString() };
  const refused: Record<string, string> = {};
  const troubles: Record<string, string> = {};
  let shard: string | null = null;
  let shards = 0;
  let documents = 0;
  const beat = singleFlight(
    () =>
      writeHeartbeat(out, {
        ...constant,
        shard,
        shards,
        documents,
        rssBytes: process.memoryUsage.rss(),
        refused,
        troubles,
      }),
    (error) => log.warn({ err: error }, 'heartbeat failed'),
  );
  beat();
  const timer = setInterval(beat, options.heartbeatMs);
  return {
    worker,
    start: (name: string): void => {
      shard = name;
    },
    finish: (done: number): void => {
      shard = null;
      shards += 1;
      documents += done;
    },
    /** The attempt ended without a part. */
    abandon: (): void => {
      shard = null;
    },
    refuse: (run: string, reason: string): void => {
      refused[run] = reason;
    },
    /** Notes what an attempt at a run's shard failed of, or that one ended well. */
    trouble: (run: string, message: string | null): void => {
      if (message === null) delete troubles[run];
      else troubles[run] = message;
    },
    [Symbol.asyncDispose]: async (): Promise<void> => {
      clearInterval(timer);
      await beat.settled();
      await removeHeartbeat(out, worker);
    },
  };
}
