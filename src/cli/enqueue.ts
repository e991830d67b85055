import type { Command } from 'commander';
import { readConfig } from '../config.ts';
import { topUp } from '../producer/top-up.ts';
import { watchRun } from '../producer/watch-run.ts';
import { resolveEndpoint } from '../queue/endpoint.ts';
import type { JobQueue } from '../queue/job-queue.ts';
import { identifyModel } from '../engine/load-model.ts';
import { isAppError } from '../errors.ts';
import type { OpenRun } from '../ledger/open-run.ts';
import { takeTurn } from '../ledger/heartbeats.ts';
import { listenForShutdown } from '../shutdown.ts';
import { engineChoices } from './engine-choices.ts';
import { openCommandQueue } from './command-queue.ts';
import { chooseModel, chooseTask } from './choose.ts';
import { dryRun } from './dry-run.ts';
import { plural } from '../format.ts';
import { note, print } from './output.ts';
import { exitCodeOf, planFromFlags } from './plan.ts';
import { createPaceMeasure } from './pace.ts';
import { createProgressReporter } from './progress.ts';
import { type PlanFlags, addPlanOptions } from './shared-options.ts';
import { printSummary } from './summary.ts';

const LOOK_MS = 1_000;

export function addEnqueue(program: Command): void {
  addPlanOptions(program.command('enqueue'))
    .description('Plan a run and feed the queue; workers do the rest. The same command twice adds nothing.')
    .option('--wait', 'stay until the run is complete')
    .option('--dry-run', 'print counts, a time estimate and one prompt; write nothing')
    .addHelpText(
      'after',
      `
Examples:
  $ docmill enqueue --input docs/ --task invoice --model model.gguf --dry-run
  $ docmill enqueue --input docs/ --task invoice --model model.gguf \\
      --max-failures 5% --wait
  $ docmill enqueue --input docs/ --task invoice --model model.gguf \\
      --run tuesday --since monday

Needs REDIS_URL; \`docmill run\` brings its own queue. Prints the name of the run.`,
    )
    .action(enqueue);
}

async function enqueue(flags: PlanFlags & { readonly wait?: boolean; readonly dryRun?: boolean }): Promise<void> {
  using shutdown = listenForShutdown();
  const config = readConfig(flags, process.env, process.cwd());
  const task = await chooseTask(flags);
  const { signal } = shutdown;
  if (flags.dryRun === true) {
    return await dryRun(flags, {
      task,
      model: await chooseModel(config, signal),
      choices: engineChoices(config),
      out: config.out,
      signal,
    });
  }
  const endpoint = await resolveEndpoint({ redisUrl: config.redisUrl, endpointFile: config.queueEndpoint });
  const model = await chooseModel(config, signal);
  const identified = await identifyModel(model, engineChoices(config));
  await using queue = await openCommandQueue(endpoint, identified.identity.sha256, config);
  const { open } = await planFromFlags(flags, { out: config.out, task, model: identified, signal });
  const { missing, offered } = await topUp(open, queue);
  note(`${plural(offered, 'job')} in the queue for ${plural(missing, 'missing shard')}.`);
  if (flags.wait === true) return await waitFor(open, queue, { ...config, signal, json: flags.json });
  const { name, runId, documents, shards } = open.run;
  await print(flags.json === true ? JSON.stringify({ run: name, runId, documents, shards, missing, offered }) : name);
}

/** Watches the files, so it goes on through an outage of the queue, and puts back what the queue lost. */
async function waitFor(
  open: OpenRun,
  queue: JobQueue,
  options: {
    readonly out: string;
    readonly topUpMs: number;
    readonly signal: AbortSignal;
    readonly json: boolean | undefined;
  },
): Promise<void> {
  const measure = createPaceMeasure();
  using reporter = createProgressReporter();
  const turn = `top-up-${open.run.model.sha256.slice(0, 16)}`;
  const finalization = await watchRun(open, {
    signal: options.signal,
    intervalMs: LOOK_MS,
    onProgress: (progress) => {
      measure.update(progress.documents.done);
      reporter.update(progress);
    },
    onIncomplete: async () => {
      if (await takeTurn(options.out, turn, options.topUpMs, Date.now())) await topUp(open, queue).catch(noteOutage);
    },
  });
  reporter[Symbol.dispose]();
  await printSummary({ open, finalization, pace: measure.pace(), json: options.json });
  if (finalization.status === 'incomplete') note('Workers go on; the same command waits again.');
  process.exitCode = exitCodeOf(finalization);
}

function noteOutage(error: unknown): void {
  if (!isAppError(error, 'QUEUE_UNREACHABLE')) throw error;
  note('The queue does not answer; waiting for it.');
}
