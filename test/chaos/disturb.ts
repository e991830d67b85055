import { readdir } from 'node:fs/promises';
import type { OwnRedis } from '../support/own-redis.ts';
import { waitUntil } from '../support/wait-until.ts';
import { ledgerOf, type Workplace } from '../support/workplace.ts';
import type { Disturbance } from './schedule.ts';
import type { WorkerPool } from './worker-pool.ts';

export type Done = Record<Disturbance['kind'], number>;

/** Longer than the lock of a shard, so that another worker has it when the frozen one goes on. */
const FROZEN_MS = 2_500;
const LONGEST_STANDSTILL_MS = 60_000;

/** Does what was drawn, each at its share of the work, while the run goes on; says how often each was done. */
export async function disturb(
  place: Workplace,
  run: string,
  plan: { readonly shards: number; readonly schedule: readonly Disturbance[] },
  victims: { readonly pool: WorkerPool; readonly redis: OwnRedis },
): Promise<Done> {
  const done: Done = { 'kill-worker': 0, 'freeze-worker': 0, 'kill-redis': 0, flush: 0 };
  const { pool, redis } = victims;
  const parts = ledgerOf(place, run).within('parts');
  for (const { kind, at, pick } of plan.schedule) {
    const wanted = Math.floor(at * plan.shards);
    const reached = async () => (await readdir(parts)).length >= wanted;
    await waitUntil(`${wanted} of ${plan.shards} shards are done`, reached, LONGEST_STANDSTILL_MS);
    switch (kind) {
      case 'kill-worker':
        await pool.kill(pick);
        break;
      case 'freeze-worker':
        await pool.freeze(pick, FROZEN_MS);
        break;
      case 'kill-redis':
        await redis.kill();
        await redis.start();
        break;
      case 'flush':
        await redis.command('FLUSHALL');
        break;
      default:
        kind satisfies never;
    }
    done[kind] += 1;
  }
  return done;
}
