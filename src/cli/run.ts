import type { Command } from 'commander';
import { join } from 'node:path';
import { readConfig } from '../config.ts';
import { identifyModel } from '../engine/load-model.ts';
import { AppError } from '../errors.ts';
import type { Finalization } from '../ledger/finalize-run.ts';
import { readHeartbeats } from '../ledger/heartbeats.ts';
import type { OpenRun } from '../ledger/open-run.ts';
import { isObjectUrl } from '../object-storage/location.ts';
import { topUp } from '../producer/top-up.ts';
import { watchRun } from '../producer/watch-run.ts';
import { startEmbeddedQueue } from '../queue/embedded/start-embedded-queue.ts';
import { type Endpoint, resolveEndpoint } from '../queue/endpoint.ts';
import { listenForShutdown } from '../shutdown.ts';
import { openCommandQueue } from './command-queue.ts';
import { chooseModel, chooseTask } from './choose.ts';
import { engineChoices } from './engine-choices.ts';
import { note } from './output.ts';
import { exitCodeOf, planFromFlags } from './plan.ts';
import { type Pace, createPaceMeasure } from './pace.ts';
import { createProgressReporter } from './progress.ts';
import { type PlanFlags, addPlanOptions } from './shared-options.ts';
import { startWorkers } from './start-workers.ts';
import { printSummary } from './summary.ts';
import { toTerminal } from './terminal-text.ts';

const LOOK_MS = 250;

export function addRun(program: Command): void {
  addPlanOptions(program.command('run'))
    .description('Process documents on this machine: own queue, own workers, then the results file and a summary.')
    .option('--workers <n>', 'worker processes (default: number of cores)')
    .addHelpText(
      'after',
      `
Examples:
  $ docmill run --input docs/ --task ticket
  $ docmill run --input 'mail/*.txt' --workers 4 \\
      --schema 'topic: sales|support|other, urgent bool'

The same command again goes on where it stopped.
The results are in OUT/RUN/results.jsonl.`,
    )
    .action(run);
}

async function run(flags: PlanFlags & { readonly workers?: string }): Promise<void> {
  using shutdown = listenForShutdown();
  const config = readConfig(flags, process.env, process.cwd());
  if (isObjectUrl(config.out)) throw localOnly(config.out);
  const task = await chooseTask(flags);
  const model = await chooseModel(config, shutdown.signal);
  const identified = await identifyModel(model, engineChoices(config));
  // Before the documents are read: without a queue all the planning would be for nothing.
  await using queue = await openQueue(config);
  const planned = await planFromFlags(flags, { out: config.out, task, model: identified, signal: shutdown.signal });
  const { open } = planned;
  await using jobs = await openCommandQueue(queue.endpoint, open.run.model.sha256, config);
  const { missing } = await topUp(open, jobs);
  const workers = startWorkers(Math.min(config.workers, missing), {
    model,
    out: config.out,
    run: open.run.name,
    endpointFile: queue.endpointFile,
    roots: planned.roots,
  });
  try {
    const failed = AbortSignal.any([queue.failed, workers.failed]);
    const signal = AbortSignal.any([shutdown.signal, failed]);
    const { finalization, pace } = await watch(open, config.out, signal);
    if (failed.aborted) throw failed.reason;
    await printSummary({ open, finalization, pace, json: flags.json });
    if (finalization.status === 'incomplete') note('Stopped; the same command goes on where it stopped.');
    process.exitCode = exitCodeOf(finalization);
  } finally {
    await workers.stop();
  }
}

/** The queue of `run` and the logs of its workers are files beside the runs. */
function localOnly(out: string): AppError {
  return new AppError(
    'USAGE',
    `\`run\` keeps its runs in a directory, got \`--out ${out}\`; use \`docmill enqueue\` and \`docmill worker\` with a queue for object storage.`,
  );
}

/** Watches until the run ends; says once what keeps a worker from working. */
async function watch(
  open: OpenRun,
  out: string,
  signal: AbortSignal,
): Promise<{ readonly finalization: Finalization; readonly pace: Pace | null }> {
  using reporter = createProgressReporter();
  const measure = createPaceMeasure();
  const told = new Set<string>();
  const finalization = await watchRun(open, {
    signal,
    intervalMs: LOOK_MS,
    onProgress: (progress) => {
      measure.update(progress.documents.done);
      reporter.update(progress);
    },
    onIncomplete: async () => {
      for (const { heartbeat } of await readHeartbeats(out, Date.now())) {
        const trouble = heartbeat.troubles[open.run.name];
        if (trouble !== undefined && !told.has(trouble))
          note(`A worker cannot go on, and tries again: ${toTerminal(trouble)}`);
        if (trouble !== undefined) told.add(trouble);
      }
    },
  });
  return { finalization, pace: measure.pace() };
}

type OpenQueue = AsyncDisposable & {
  readonly endpoint: Endpoint;
  readonly endpointFile: string | undefined;
  readonly failed: AbortSignal;
};

/** The user's queue where there is one, else one of our own for as long as this command lasts. */
async function openQueue(config: {
  readonly out: string;
  readonly redisUrl: string | undefined;
  readonly queueEndpoint: string | undefined;
}): Promise<OpenQueue> {
  if (config.redisUrl === undefined && config.queueEndpoint === undefined) {
    const embedded = await startEmbeddedQueue(join(config.out, '.queue'));
    note(`Queue: embedded ${embedded.server}.`);
    return embedded;
  }
  const endpoint = await resolveEndpoint({ redisUrl: config.redisUrl, endpointFile: config.queueEndpoint });
  const failed = new AbortController().signal;
  return { endpoint, failed, endpointFile: config.queueEndpoint, [Symbol.asyncDispose]: async () => undefined };
}
