import { appendFile, link, open as openFile, rename, writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import type { OpenRun } from '../../src/ledger/open-run.ts';
import { hasDurablePart } from '../../src/ledger/parts.ts';
import { type Disk, allPowerCuts } from './disk.ts';
import { type Explored, explore } from './explore.ts';
import type { Operation } from './simulated-files.ts';
import { PARTS, type SimulatedRun, aSimulatedRun, attemptShard, isWholePart, partOn } from './simulated-run.ts';
import { type SimulatedQueue, type World, createWorld } from './world.ts';

/** An attempt at a shard, by the real code or by a variant that is known to be wrong. */
type Attempt = (open: OpenRun, shard: number, noise: string) => Promise<void>;

/** Where workers can meet, the parts, and what a power cut looks at, the syncs. Opening a folder changes nothing. */
const isShared = ({ name, path }: Operation): boolean => name === 'sync' || (path.startsWith(PARTS) && name !== 'open');

async function work(
  { open }: SimulatedRun,
  attempt: Attempt,
  { name, queue }: { readonly name: string; readonly queue: SimulatedQueue },
): Promise<void> {
  for (let delivery = await queue.take(); delivery !== null; delivery = await queue.take()) {
    await attempt(open, Number(delivery.job), `${name} ${delivery.token}`);
    await queue.acknowledge(delivery);
  }
}

/** What must hold at every moment and after every power cut at that moment; see "Guarantees" in docs/lifecycle.md. */
function createInvariants({ open, shards }: SimulatedRun, disk: Disk) {
  const seen = new Map<number, string>();
  const acknowledged = new Set<number>();
  const requireWhole = (shard: number, text: string | null): void => {
    if (text !== null && !isWholePart(text, shards[shard] ?? [])) throw new Error(`S2: part ${shard} is \`${text}\``);
  };
  return {
    acknowledge: (job: string) => acknowledged.add(Number(job)),
    check: (): void => {
      for (const shard of shards.keys()) {
        const now = partOn(disk, open, shard);
        requireWhole(shard, now);
        const before = seen.get(shard);
        if (before !== undefined && now !== before) throw new Error(`S1: part ${shard} changed`);
        if (now !== null) seen.set(shard, now);
      }
      for (const after of allPowerCuts(disk, (path) => path.startsWith(PARTS))) {
        for (const shard of shards.keys()) {
          const left = partOn(after, open, shard);
          requireWhole(shard, left);
          if (acknowledged.has(shard) && left !== seen.get(shard)) {
            throw new Error(`S3: part ${shard} was acknowledged and is gone after a power cut`);
          }
        }
      }
    },
  };
}

/** Two workers and two shards in every order of operations, with every power cut, a death and a wrong redelivery. */
async function exploreAttempts(
  attempt: Attempt,
  { workers = 2, shards = [['a', 'b'], ['c']], kills = 1, redeliveries = 1 } = {},
): Promise<Explored> {
  const run = await aSimulatedRun(shards);
  const invariants = new WeakMap<World, ReturnType<typeof createInvariants>>();
  return explore({
    shared: [PARTS],
    begin: async () => {
      const disk = run.copyDisk();
      const own = createInvariants(run, disk);
      const world = createWorld({
        disk,
        jobs: [...shards.keys()].map(String),
        isShared,
        kills,
        redeliveries,
        onAcknowledged: own.acknowledge,
      });
      for (let number = 1; number <= workers; number += 1) {
        world.start(`worker-${number}`, (self) => work(run, attempt, self));
      }
      invariants.set(world, own);
      return world;
    },
    check: (world) => {
      for (const end of world.ended.values()) if (end.startsWith('threw')) throw new Error(end);
      invariants.get(world)?.check();
    },
    checkEnd: async () => undefined,
  });
}

describe('in every order of operations, with a death, a wrong redelivery and a power cut at any instant', () => {
  test('a part takes one value, is never torn, and is there for good before its job is acknowledged [P1-P8] [P20]', async () => {
    const explored = await exploreAttempts(attemptShard);
    expect(explored.states).toBeGreaterThan(500);
  });
});

/** Ways to commit that look right and are wrong; the simulator must see each of them fail. */
const wrong: Readonly<Record<string, { readonly breaks: string; readonly commit: (place: Place) => Promise<void> }>> = {
  'appends to the part': {
    breaks: 'S2',
    commit: async ({ part, lines }) => {
      for (const line of lines) await appendFile(part, line);
    },
  },
  'replaces the part by rename': {
    breaks: 'S1',
    commit: async ({ temporary, part, lines }) => {
      await writeSynced(temporary, lines);
      await rename(temporary, part);
      await syncFolder(PARTS);
    },
  },
  'does not sync the file': {
    breaks: 'S2',
    commit: async ({ temporary, part, lines }) => {
      await writeFile(temporary, lines.join(''));
      await link(temporary, part);
      await syncFolder(PARTS);
    },
  },
  'syncs the file after it has its name': {
    breaks: 'S2',
    commit: async ({ temporary, part, lines }) => {
      await writeFile(temporary, lines.join(''));
      await link(temporary, part);
      await syncFolder(temporary);
      await syncFolder(PARTS);
    },
  },
  'does not sync the folder before the job is acknowledged': {
    breaks: 'S3',
    commit: async ({ temporary, part, lines }) => {
      await writeSynced(temporary, lines);
      await link(temporary, part);
    },
  },
  'writes on after the file has its name': {
    breaks: 'S2',
    commit: async ({ temporary, part, lines }) => {
      await writeSynced(temporary, lines.slice(0, 1));
      await link(temporary, part);
      for (const line of lines.slice(1)) await appendFile(part, line);
      await syncFolder(part);
      await syncFolder(PARTS);
    },
  },
};

type Place = { readonly temporary: string; readonly part: string; readonly lines: readonly string[] };

async function writeSynced(path: string, lines: readonly string[]): Promise<void> {
  await using file = await openFile(path, 'wx');
  await file.writeFile(lines.join(''));
  await file.sync();
}

async function syncFolder(path: string): Promise<void> {
  await using folder = await openFile(path, 'r');
  await folder.sync();
}

describe('the simulator sees that a commit is wrong which', () => {
  test.for(Object.entries(wrong))('%s', async ([, { breaks, commit }]) => {
    const shards = [['a', 'b'], ['c']];
    const attempt: Attempt = async (open, shard, noise) => {
      if (await hasDurablePart(open.paths, 1, shard)) return;
      const lines = (shards[shard] ?? []).map((id) => `{"id":"${id}","noise":"${noise}"}\n`);
      await commit({ temporary: `/out/test/_tmp/${shard} ${noise}`, part: open.paths.part(1, shard), lines }).catch(
        (error: unknown) => {
          if (!String(error).includes('EEXIST')) throw error;
        },
      );
    };
    await expect(exploreAttempts(attempt, { shards })).rejects.toThrow(breaks);
  });
});
