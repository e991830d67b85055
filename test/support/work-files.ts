import { readFile } from 'node:fs/promises';
import { JOB_VERSION } from '../../schemas/job.ts';
import { type ResultLine, resultLineSchema } from '../../schemas/result.ts';
import { createStubModel } from '../../src/engine/stub.ts';
import type { OpenRun } from '../../src/ledger/open-run.ts';
import { type Attempt, processShard } from '../../src/worker/process-shard.ts';
import { type WorkedRun, createWorkedRuns } from '../../src/worker/worked-runs.ts';

/** One attempt at a shard by a worker of its own with the stub model. */
export async function attemptShard(
  open: OpenRun,
  { round = 1, shard = 0, signal = new AbortController().signal } = {},
): Promise<Attempt> {
  await using runs = openWorkedRuns(open);
  const attempt = await processShard(
    await findWorked(runs, open),
    { v: JOB_VERSION, runId: open.run.runId, round, shard },
    signal,
  );
  if (attempt === null) throw new Error('No plan has the shard.');
  return attempt;
}

/** The runs beside `open`, as a worker with the stub model opens them. */
function openWorkedRuns(open: OpenRun) {
  return createWorkedRuns({
    out: open.paths.directory.slice(0, -open.run.name.length - 1),
    model: createStubModel(0),
    inputRoots: {},
    only: undefined,
  });
}

async function findWorked(runs: ReturnType<typeof openWorkedRuns>, { run }: OpenRun): Promise<WorkedRun> {
  const lookup = await runs.find(run.runId);
  if (lookup.status === 'found') return lookup.worked;
  throw new Error(`The run is ${lookup.status}.`);
}

/** The result lines of a part. */
export async function readLines({ paths }: OpenRun, shard = 0, round = 1): Promise<ResultLine[]> {
  const text = await readFile(paths.part(round, shard), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => resultLineSchema.parse(JSON.parse(line)));
}
