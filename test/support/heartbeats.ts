import { utimes } from 'node:fs/promises';
import { join } from 'node:path';
import type { Heartbeat } from '../../src/ledger/heartbeats.ts';
import { type AttemptCost, noTotals } from '../../src/ledger/worker-totals.ts';

/** What a worker says that has done nothing yet. */
export function aHeartbeat(worker: string, members: Partial<Heartbeat> = {}): Heartbeat {
  return {
    worker,
    host: 'host',
    pid: 1,
    model: 'stub:',
    startedAt: '2026-01-02T03:04:05.000Z',
    shard: null,
    shards: 0,
    documents: 0,
    rssBytes: 1,
    refused: {},
    troubles: {},
    totals: noTotals(),
    ...members,
  };
}

/** An attempt that committed seven documents. */
export const anAttempt = {
  outcome: 'committed',
  documents: 7,
  outcomes: { ok: 4, failed: { CHANGED: 2 }, skipped: { EMPTY: 1 } },
  tokens: { prompt: 100, cached: 20, forced: 30, chosen: 10 },
  seconds: { prepare: 0.5, answer: 2, conclude: 0.25, commit: 0.02 },
} as const satisfies AttemptCost & { documents: number };

/** Makes a worker's heartbeat file as if it had been written some seconds ago. */
export async function setHeartbeatAge(out: string, worker: string, seconds: number): Promise<void> {
  const at = Date.now() / 1000 - seconds;
  await utimes(join(out, '.workers', `${worker}.json`), at, at);
}
