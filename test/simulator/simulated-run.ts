import type { JsonValue } from '../../schemas/json.ts';
import { JOB_VERSION } from '../../schemas/job.ts';
import { openParser } from '../../src/documents/parse-apart/open-parser.ts';
import { createStubModel } from '../../src/engine/stub.ts';
import type { Engine } from '../../src/engine/engine.ts';
import type { OpenRun } from '../../src/ledger/open-run.ts';
import { openPlan } from '../../src/ledger/plan-file.ts';
import { compileTask } from '../../src/task/compile-task.ts';
import { processShard } from '../../src/worker/process-shard.ts';
import { aRun, type Shards } from '../support/a-run.ts';
import { createDisk, cutPower, type Disk, fileAt, makeFile, makeFolder, syncAll } from './disk.ts';
import { actAs, type Actor } from './simulated-files.ts';

const OUT = '/out';
export const PARTS = '/out/test/parts';

/** A run on a simulated disk. */
export type SimulatedRun = {
  readonly open: OpenRun;
  readonly shards: Shards;
  /** A copy of the disk as it was when the run was made. */
  readonly copyDisk: () => Disk;
};

/** Makes a run by the real code on a new disk, with its documents under `/docs`. */
export async function aSimulatedRun(shards: Shards): Promise<SimulatedRun> {
  const disk = createDisk();
  for (const folder of ['/docs', OUT]) makeFolder(disk, folder);
  for (const id of shards.flat()) makeFile(disk, `/docs/${id}`, 0o644).bytes = Buffer.from(id);
  const open = await actAs(freeActor('producer', disk), () => aRun(OUT, shards, { roots: { docs: '/docs' } }));
  syncAll(disk.root);
  return { open, shards, copyDisk: () => cutPower(disk, () => 0) };
}

/** An actor that nothing holds up. */
export function freeActor(name: string, disk: Disk): Actor {
  return { name, disk: () => disk, arrive: async () => ({}), note: () => undefined, nextNumber: 0 };
}

/** One attempt at a shard by the code of the worker; `noise` changes the answers, as a model on another CPU might. */
export async function attemptShard(open: OpenRun, shard: number, noise: JsonValue): Promise<void> {
  const task = compileTask(open.run.task);
  const model = createStubModel(0);
  await using stub = await model.openTask(task);
  const engine: Engine = {
    ...stub,
    answerAll: (chunks, signal) =>
      stub.answerAll(
        chunks.map(({ text }) => ({ text: noise === null ? text : `${JSON.stringify(noise)} ${text}` })),
        signal,
      ),
  };
  await using plan = await openPlan(open.paths, 1);
  await using parser = openParser();
  const worked = { open, task, model, engine, roots: open.run.roots, parser, plan: async () => plan };
  const job = { v: JOB_VERSION, runId: open.run.runId, round: 1, shard };
  await processShard(worked, job, new AbortController().signal);
}

/** The bytes of a part on a disk; null where it is not there. */
export function partOn(disk: Disk, open: OpenRun, shard: number): string | null {
  try {
    return fileAt(disk, open.paths.part(1, shard)).bytes.toString();
  } catch {
    return null;
  }
}

/** Whether a text is a part of these documents: one whole line for each, in order. */
export function isWholePart(text: string, ids: readonly string[]): boolean {
  const lines = text.split('\n');
  if (lines.pop() !== '' || lines.length !== ids.length) return false;
  return lines.every((line, index) => line.startsWith(`{"id":${JSON.stringify(ids[index])},`) && line.endsWith('}'));
}
