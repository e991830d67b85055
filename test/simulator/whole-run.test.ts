import { readFile, readdir } from 'node:fs/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { finalizeRun } from '../../src/ledger/finalize-run.ts';
import { findMissing } from '../../src/ledger/find-missing.ts';
import type { OpenRun } from '../../src/ledger/open-run.ts';
import { appendState, readState } from '../../src/ledger/run-state.ts';
import { verifyRun } from '../../src/ledger/verify-run.ts';
import { createRandom } from '../chaos/random.ts';
import { type Disk, cutPower, fileAt, folderAt } from './disk.ts';
import { type Operation, type Permission, actAs } from './simulated-files.ts';
import {
  PARTS,
  type SimulatedRun,
  aSimulatedRun,
  attemptShard,
  freeActor,
  isWholePart,
  partOn,
} from './simulated-run.ts';
import { type SimulatedQueue, type World, createWorld } from './world.ts';

/** `DOCMILL_HISTORIES=100000 vitest run --project simulator whole-run` for a night's worth. */
const HISTORIES = Number(process.env['DOCMILL_HISTORIES'] ?? 60);
const SHARDS = [['a', 'b'], ['c'], ['d', 'e', 'f'], ['g']];
const WORKERS = 3;
const MOST_STEPS = 600;

/** What a worker does, as `runWorker` does it: a job, or with nothing to do the upkeep of the run. */
async function work(open: OpenRun, { queue }: { readonly queue: SimulatedQueue }): Promise<void> {
  for (;;) {
    const delivery = await queue.take();
    // A failed call is infrastructure: the job goes back, and upkeep is tried again.
    if (delivery === null) {
      if (await maintain(open, queue).catch(() => false)) return;
      continue;
    }
    try {
      if ((await readState(open.paths)).kind === 'open') await attemptShard(open, Number(delivery.job), null);
      await queue.acknowledge(delivery);
    } catch {
      await queue.putBack(delivery);
    }
  }
}

/** True when the run is complete. */
async function maintain(open: OpenRun, queue: SimulatedQueue): Promise<boolean> {
  const state = await readState(open.paths);
  if (state.kind === 'complete') return true;
  if (state.kind === 'cancelled') return false;
  const missing = await findMissing(open.paths, state.round);
  if (missing.length === 0) return (await finalizeRun(open)).status === 'complete';
  await queue.add(missing.map(({ shard }) => String(shard)));
  return false;
}

/** Cancels the run and lifts the cancel, again and again. */
async function changeItsMind({ paths }: OpenRun): Promise<void> {
  for (;;) {
    const state = await readState(paths).catch(() => null);
    if (state === null) continue;
    if (state.kind === 'complete') return;
    const at = new Date().toISOString();
    const entry =
      state.kind === 'open'
        ? ({ state: 'cancelled', at, reason: 'cancel' } as const)
        : ({ state: 'resumed', at } as const);
    await appendState(paths, state, entry).catch(() => false);
  }
}

/** Reads every part once, when it comes. */
async function follow(open: OpenRun, seen: Map<string, string>): Promise<void> {
  for (;;) {
    for (const name of await readdir(PARTS).catch(() => [])) {
      if (seen.has(name)) continue;
      const text = await readFile(`${PARTS}/${name}`, 'utf8').catch(() => null);
      if (text !== null) seen.set(name, text);
    }
  }
}

type Random = () => number;

const faults: readonly { readonly call: string; readonly permission: Permission }[] = [
  { call: 'write', permission: { failBefore: 'ENOSPC' } },
  { call: 'open', permission: { failBefore: 'EMFILE' } },
  { call: 'sync', permission: { failBefore: 'EIO' } },
  { call: 'link', permission: { failBefore: 'EIO' } },
  { call: 'link', permission: { failAfter: 'EIO' } },
  { call: 'rename', permission: { failAfter: 'EIO' } },
];

function drawFault({ name }: Operation, random: Random): Permission {
  if (random() > 0.02) return {};
  const fitting = faults.filter(({ call }) => call === name);
  return fitting[Math.floor(random() * fitting.length)]?.permission ?? {};
}

type Machine = { disk: Disk; jobs: readonly string[] };

/** One machine until the power is cut or the steps are used up; what it left. */
async function liveOneLife(
  { open, shards }: SimulatedRun,
  machine: Machine,
  { random, seen, steps }: { readonly random: Random; readonly seen: Map<string, string>; readonly steps: number },
): Promise<Machine> {
  const acknowledged = new Set<string>();
  const world = createWorld({
    ...machine,
    isShared: () => true,
    kills: Number.POSITIVE_INFINITY,
    redeliveries: Number.POSITIVE_INFINITY,
    onAcknowledged: (job) => acknowledged.add(job),
    fault: (operation) => drawFault(operation, random),
  });
  let started = 0;
  const startWorker = (): void => {
    started += 1;
    world.start(`worker-${started}`, (self) => work(open, self));
  };
  for (let number = 0; number < WORKERS; number += 1) startWorker();
  if (random() < 0.3) world.start('fickle', () => changeItsMind(open));
  world.start('follower', () => follow(open, seen));
  await world.settle();
  for (let step = 0; step < steps && random() > 0.003; step += 1) {
    await takeAStep(world, random, startWorker);
    for (const [shard, ids] of shards.entries()) {
      const text = partOn(world.disk, open, shard);
      if (text !== null && !isWholePart(text, ids)) throw new Error(`S2: part ${shard} is \`${text}\``);
    }
  }
  const disk = cutPower(world.disk, (outcomes) => Math.floor(random() * outcomes));
  // A job that was acknowledged because the run was cancelled has no part, and need not have one.
  const wasChanged = folderAt(world.disk, open.paths.state).names.size > 0;
  for (const shard of wasChanged ? [] : acknowledged) {
    if (partOn(disk, open, Number(shard)) === null) throw new Error(`S3: part ${shard} was acknowledged and is gone`);
  }
  return { disk, jobs: random() < 0.5 ? world.queued() : [] };
}

async function takeAStep(world: World, random: Random, startWorker: () => void): Promise<void> {
  const chance = random();
  if (chance < 0.002) world.forget();
  const steps = world
    .steps()
    .filter(({ kind }) => kind === (chance < 0.012 ? 'kill' : chance < 0.03 ? 'redeliver' : 'go'));
  const step = steps[Math.floor(random() * steps.length)];
  if (step === undefined) return;
  await world.take(step);
  if (step.kind === 'kill' && step.actor.startsWith('worker')) {
    startWorker();
    await world.settle();
  }
}

/** What is left to do is done by one worker whom nothing disturbs. */
async function completeCalmly({ open }: SimulatedRun, disk: Disk): Promise<string> {
  await actAs(freeActor('calm', disk), async () => {
    const state = await readState(open.paths);
    if (state.kind === 'cancelled')
      await appendState(open.paths, state, { state: 'resumed', at: new Date().toISOString() });
    for (const { shard } of await findMissing(open.paths, 1)) await attemptShard(open, shard, null);
    expect((await finalizeRun(open)).status).toBe('complete');
    expect((await verifyRun(open)).problems).toEqual([]);
  });
  return fileAt(disk, open.paths.results).bytes.toString();
}

test(
  'whatever happens to machine, workers and queue, the results are those of a calm run, byte for byte, and a follower has seen nothing else [R2] [R11] [D1] [D5] [D6] [P20]',
  async () => {
    const run = await aSimulatedRun(SHARDS);
    const calm = await completeCalmly(run, run.copyDisk());
    const history = async (seed: number): Promise<void> => {
      const random = createRandom(seed);
      const seen = new Map<string, string>();
      let machine: Machine = { disk: run.copyDisk(), jobs: [...SHARDS.keys()].map(String) };
      for (let lives = 1 + Math.floor(random() * 4); lives > 0; lives -= 1) {
        machine = await liveOneLife(run, machine, { random, seen, steps: MOST_STEPS });
      }
      expect(await completeCalmly(run, machine.disk)).toBe(calm);
      for (const [name, text] of seen) expect(text).toBe(fileAt(machine.disk, `${PARTS}/${name}`).bytes.toString());
    };
    await fc.assert(fc.asyncProperty(fc.nat(), history), { numRuns: HISTORIES, endOnFailure: true });
  },
  Math.max(600_000, HISTORIES * 1_000),
);
