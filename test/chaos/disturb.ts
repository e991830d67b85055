import { setTimeout as pause } from 'node:timers/promises';
import type { OwnRedis } from '../support/own-redis.ts';
import { waitUntil } from '../support/wait-until.ts';
import type { Ledger } from '../support/workplace.ts';
import type { ObjectStore } from '../support/object-store.ts';
import type { Proxy } from './proxy.ts';
import type { Disturbance } from './schedule.ts';
import type { SmallDisk } from '../support/small-disk.ts';
import type { WorkerPool } from './worker-pool.ts';

export type Done = Record<Disturbance['kind'], number>;

/** Longer than the lock of a shard, so that another worker has it when the frozen one goes on. */
const FROZEN_MS = 7_500;
/** Longer than a worker waits for an answer before it takes its connection for dead. */
const SILENT_MS = 17_000;
const FULL_MS = 3_000;
/** Longer than one call is tried again. */
const AWAY_MS = 6_000;
const LONGEST_STANDSTILL_MS = 900_000;

/** What can be disturbed. */
export type Victims = {
  readonly pool: WorkerPool;
  readonly redis: OwnRedis;
  readonly proxy: Proxy;
  /** Null where no small file system could be mounted: then the disk is never full. */
  readonly disk: SmallDisk | null;
  /** Null where the runs are kept in a directory. */
  readonly store: ObjectStore | null;
};

/** Does what was drawn, each at its share of the work, while the run goes on; says how often each was done. */
export async function disturb(
  ledger: Ledger,
  plan: { readonly shards: number; readonly schedule: readonly Disturbance[] },
  victims: Victims,
): Promise<Done> {
  const done: Done = {
    'kill-worker': 0,
    'freeze-worker': 0,
    'kill-redis': 0,
    'freeze-redis': 0,
    reset: 0,
    silence: 0,
    flush: 0,
    'full-disk': 0,
    scale: 0,
    'kill-store': 0,
  };
  for (const disturbance of plan.schedule) {
    const wanted = Math.floor(disturbance.at * plan.shards);
    const reached = async () => (await ledger.parts()).length >= wanted;
    await waitUntil(`${wanted} of ${plan.shards} shards are done`, reached, LONGEST_STANDSTILL_MS).catch(
      (error: unknown) => {
        throw new Error(`The run stands still; its workers said last:\n${victims.pool.lastWords().join('\n')}`, {
          cause: error,
        });
      },
    );
    if (await disturbOnce(disturbance, victims)) done[disturbance.kind] += 1;
  }
  return done;
}

/** False for what cannot be done on this machine. */
async function disturbOnce(
  { kind, pick }: Disturbance,
  { pool, redis, proxy, disk, store }: Victims,
): Promise<boolean> {
  switch (kind) {
    case 'kill-worker':
      await pool.kill(pick);
      return true;
    case 'freeze-worker':
      await pool.freeze(pick, FROZEN_MS);
      return true;
    case 'kill-redis':
      await redis.kill();
      await redis.start();
      return true;
    case 'freeze-redis':
      redis.signal('SIGSTOP');
      await pause(FROZEN_MS);
      redis.signal('SIGCONT');
      return true;
    case 'reset':
      proxy.reset();
      return true;
    case 'silence':
      proxy.setSilent(true);
      await pause(SILENT_MS);
      proxy.setSilent(false);
      return true;
    case 'flush':
      await redis.command('FLUSHALL');
      return true;
    case 'full-disk':
      return fillUp(disk);
    case 'scale':
      await pool.scale(pick);
      return true;
    case 'kill-store':
      return takeAway(store);
    default:
      return kind satisfies never;
  }
}

async function fillUp(disk: SmallDisk | null): Promise<boolean> {
  await disk?.fill();
  await pause(FULL_MS);
  await disk?.free();
  return disk !== null;
}

async function takeAway(store: ObjectStore | null): Promise<boolean> {
  await store?.kill();
  await pause(AWAY_MS);
  await store?.start();
  return store !== null;
}
