import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { runStateSchema } from '../../schemas/run.ts';
import { changeState } from '../../src/cli/change-run.ts';
import type { OpenRun } from '../../src/ledger/open-run.ts';
import { finalizeRun } from '../../src/ledger/finalize-run.ts';
import { sha256Of } from '../../src/sha256.ts';
import { type Disk, allPowerCuts, cutPower, fileAt, unsync } from './disk.ts';
import { type Explored, explore } from './explore.ts';
import { type Operation, actAs } from './simulated-files.ts';
import { PARTS, type SimulatedRun, aSimulatedRun, attemptShard, freeActor, partOn } from './simulated-run.ts';
import { type World, createWorld, describeFolders } from './world.ts';

// Entries of the state log hold the time, and a history must be the same when it is gone through again.
beforeAll(() => void vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-01-02T03:04:05.000Z') }));
afterAll(() => void vi.useRealTimers());

const PLACES = ['/out/test', PARTS, '/out/test/state', '/out/test/manifests'];

/** What several of them change or look at; entries and manifests never change once they are there. */
const isShared = ({ name, path }: Operation): boolean =>
  name === 'sync' ||
  name === 'rename' ||
  name === 'link' ||
  (name === 'list' && PLACES.includes(path)) ||
  (name === 'read' && path.endsWith('results.jsonl'));

/** A run whose parts are all there; the worker of the last one died before its name was safe. */
async function aCommittedRun(): Promise<SimulatedRun> {
  const run = await aSimulatedRun([['a', 'b'], ['c']]);
  const committed = run.copyDisk();
  const worker = freeActor('worker', committed);
  for (const shard of run.shards.keys()) await actAs(worker, () => attemptShard(run.open, shard, null));
  const copyDisk = (): Disk => {
    const disk = cutPower(committed, () => 0);
    unsync(disk, run.open.paths.part(1, run.shards.length - 1));
    return disk;
  };
  return { ...run, copyDisk };
}

function textOn(disk: Disk, path: string): string | null {
  try {
    return fileAt(disk, path).bytes.toString();
  } catch {
    return null;
  }
}

/** What a disk says of the run's end: nothing, cancelled, or complete with everything that this promises. */
function requireHonestState({ open, shards }: SimulatedRun, disk: Disk): string | null {
  const text = textOn(disk, '/out/test/state/0001');
  if (text === null) return null;
  const entry = runStateSchema.parse(JSON.parse(text));
  if (entry.state !== 'complete') return entry.state;
  for (const shard of shards.keys()) {
    if (partOn(disk, open, shard) === null) throw new Error(`The run is complete, and part ${shard} is not there.`);
  }
  if (textOn(disk, open.paths.manifest(1)) === null) throw new Error('The run is complete without a manifest.');
  const results = textOn(disk, open.paths.results);
  if (results === null || sha256Of(results) !== entry.results) {
    throw new Error('The run is complete with other results than it says.');
  }
  return entry.state;
}

/** What an actor is told in the end. */
type Ending = (open: OpenRun) => Promise<string | null>;

const finish: Ending = async (open) => (await finalizeRun(open)).status;

const cancel: Ending = async (open) => {
  const at = new Date().toISOString();
  const stands = await changeState(open, async ({ kind }) =>
    kind === 'open' ? { state: 'cancelled', at, reason: 'cancel' } : null,
  );
  return stands.kind;
};

async function exploreEndings(endings: readonly Ending[]): Promise<Explored> {
  const run = await aCommittedRun();
  const facts = new WeakMap<World, { readonly told: Set<string>; first: string | null }>();
  const checked = new Set<string>();
  return explore({
    shared: PLACES,
    begin: async () => {
      const fact = { told: new Set<string>(), first: null };
      const nobody = { jobs: [], kills: 0, redeliveries: 0, onAcknowledged: () => undefined };
      const world = createWorld({ ...nobody, disk: run.copyDisk(), isShared });
      for (const [number, ending] of endings.entries()) {
        world.start(`actor-${number}`, async () => {
          const told = await ending(run.open);
          if (told !== null) fact.told.add(told);
        });
      }
      facts.set(world, fact);
      return world;
    },
    check: (world) => {
      for (const end of world.ended.values()) if (end.startsWith('threw')) throw new Error(end);
      const fact = facts.get(world);
      if (fact === undefined) throw new Error('A world without facts.');
      const now = requireHonestState(run, world.disk);
      if (fact.first !== null && fact.first !== now) throw new Error('The first entry changed.');
      fact.first = now;
      if (fact.told.size > 1) throw new Error(`Told that it is ${[...fact.told].join(' and ')}.`);
      const key = `${[...fact.told].join(',')} ${describeFolders(world.disk, PLACES)}`;
      if (checked.has(key)) return;
      checked.add(key);
      for (const after of allPowerCuts(world.disk, decides)) {
        const survived = requireHonestState(run, after);
        if (fact.told.size > 0 && !fact.told.has(survived ?? '')) throw new Error('What was told is gone.');
      }
    },
    checkEnd: async (world) => {
      expect(['complete', 'cancelled']).toContain(requireHonestState(run, world.disk));
    },
  });
}

const decides = (path: string): boolean => path.startsWith('/out/test') && !path.includes('_tmp');

test('two that finish a run at once say that it is complete only when parts, manifest and results survive any power cut [O14]', async () => {
  const { states } = await exploreEndings([finish, finish]);
  expect(states).toBeGreaterThan(100);
});

test('two that cancel a run at once say so only when that survives any power cut [O3]', async () => {
  const { states } = await exploreEndings([cancel, cancel]);
  expect(states).toBeGreaterThan(50);
});

test('a cancel and a completion cannot both win, whatever their order [O3]', async () => {
  const { states } = await exploreEndings([finish, cancel]);
  expect(states).toBeGreaterThan(50);
});
