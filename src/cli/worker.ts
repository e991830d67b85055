import type { Command } from 'commander';
import { type Config, readConfig } from '../config.ts';
import { loadModel } from '../engine/load-model.ts';
import { toLocalReference } from '../engine/model-cache/local-model.ts';
import { AppError, isAppError } from '../errors.ts';
import { prepareOutput } from '../ledger/create-run.ts';
import { type Logger, createLogger } from '../logger.ts';
import type { Address } from '../monitor/http/serve.ts';
import type { WorkerView } from '../monitor/serve-worker.ts';
import { HIGH_WATER_JOBS, topUp } from '../producer/top-up.ts';
import { checkConnection } from '../queue/check-connection.ts';
import { type Endpoint, resolveEndpoint } from '../queue/endpoint.ts';
import { openJobQueue } from '../queue/job-queue.ts';
import { listenForShutdown } from '../shutdown.ts';
import { holdStart } from '../worker/hold-commit.ts';
import { runWorker } from '../worker/run-worker.ts';
import { engineChoices } from './engine-choices.ts';
import { listenOption } from './listen-option.ts';
import { createPlainLines } from './pull-reporter.ts';
import { sharedOptions } from './shared-options.ts';

type WorkerFlags = {
  readonly model?: string;
  readonly out?: string;
  readonly inputRoot: Readonly<Record<string, string>>;
  readonly listen?: Address;
};

export function addWorker(program: Command): void {
  program
    .command('worker')
    .description('Take the jobs of every run under --out that wants this model, until told to stop.')
    .addOption(sharedOptions.model())
    .addOption(sharedOptions.out())
    .addOption(sharedOptions.inputRoot())
    .addOption(listenOption('serve /metrics, /healthz and /readyz here (default: nowhere)'))
    .addHelpText(
      'after',
      `
Example, one worker per core:
  $ REDIS_URL=redis://localhost:6379 docmill worker --model model.gguf --out out

With metrics for Prometheus at http://127.0.0.1:9464/metrics:
  $ docmill worker --model model.gguf --listen 9464

The first SIGTERM or Ctrl-C finishes or puts back the shard in work and exits 0;
the second one exits at once.
Logs are JSON lines on stderr.`,
    )
    .action(worker);
}

async function worker(flags: WorkerFlags): Promise<void> {
  await work(flags);
  // BullMQ's PostgreSQL backend keeps a connection of a worker that was stopped while it started, and a native call that
  // does not end would keep the process too; a shard in work is given to another worker when its lock runs out.
  process.exit(0);
}

async function work(flags: WorkerFlags): Promise<void> {
  using shutdown = listenForShutdown();
  const config = readConfig(flags, process.env, process.cwd());
  const log = createLogger(config.logLevel, { pid: process.pid });
  if (config.model === undefined) {
    throw new AppError(
      'USAGE',
      'Say which model this worker holds: `--model FILE` or `--model hf:…`, or `--model stub:` for tests.',
    );
  }
  const endpoint = await resolveEndpoint({ redisUrl: config.redisUrl, endpointFile: config.queueEndpoint });
  const view: WorkerView = { say: null, queue: null, stopping: shutdown.signal };
  await using _server = await listen(flags.listen, view, log);
  await checkQueue(endpoint, config.allowEviction, log);
  if (!(await prepareWhenUsable(config.out, log, shutdown.signal))) return;
  // Before any job is taken: a worker with a wrong model must not touch the queue.
  const file = await bringModel(config.model, { config, log, signal: shutdown.signal });
  if (file === null) return;
  const choices = engineChoices(config);
  await using model = await loadModel(file, choices);
  await using queue = await openJobQueue({
    endpoint,
    modelSha256: model.identity.sha256,
    role: 'worker',
    prefix: config.queuePrefix,
    onError: () => undefined,
  });
  view.queue = { model: model.identity.name, queue: queue.name, counts: queue.counts };
  const drained = await runWorker({
    model,
    reload: { model: file, choices },
    out: config.out,
    inputRoots: flags.inputRoot,
    onlyRun: config.onlyRun,
    queue: { endpoint, prefix: config.queuePrefix, lockMs: config.lockMs, stalledCheckMs: config.stalledCheckMs },
    topUp: (open, window) => topUp(open, queue, window),
    highWaterJobs: HIGH_WATER_JOBS,
    topUpMs: config.topUpMs,
    drainMs: config.drainMs,
    heartbeatMs: config.heartbeatMs,
    onStarted: (say) => {
      view.say = say;
    },
    hangMs: config.hangMs,
    log,
    signal: shutdown.signal,
  });
  // Disposing would wait for a call that does not end.
  if (!drained) process.exit(0);
}

/** From the start, so that a worker which waits for its model or for room says so. */
async function listen(address: Address | undefined, view: WorkerView, log: Logger): Promise<AsyncDisposable | null> {
  if (address === undefined) return null;
  // No other command should wait for a web server to be loaded.
  const { serveWorker } = await import('../monitor/serve-worker.ts');
  const server = await serveWorker(address, view);
  log.info({ url: server.url }, 'worker listening');
  return server;
}

/** Refuses a queue that would lose jobs, and says what its operator should know; one that is away is waited for later. */
async function checkQueue(endpoint: Endpoint, allowEviction: boolean, log: Logger): Promise<void> {
  try {
    const { is, advice } = await checkConnection(endpoint, allowEviction);
    if (advice.length > 0) log.warn({ queue: is, advice }, 'queue loses more than it needs to');
  } catch (error) {
    if (!isAppError(error, 'QUEUE_UNREACHABLE')) throw error;
  }
}

/** False when this worker is told to stop while its output directory cannot be used. */
async function prepareWhenUsable(out: string, log: Logger, signal: AbortSignal): Promise<boolean> {
  const onHeld = (error: unknown): void => log.warn({ err: error }, 'worker waits for its output directory');
  try {
    await holdStart(() => prepareOutput(out), { signal, onHeld });
    return true;
  } catch (error) {
    if (!signal.aborted) throw error;
    log.info('worker stopped before its output directory could be used');
    return false;
  }
}

/** A file of the model, downloaded first if need be; null when this worker is told to stop meanwhile. */
async function bringModel(
  reference: string,
  { config, log, signal }: { readonly config: Config; readonly log: Logger; readonly signal: AbortSignal },
): Promise<string | null> {
  const listener = createPlainLines((says) => log.info({ says }, 'model download'));
  try {
    return await toLocalReference(reference, { directory: config.models, offline: config.offline, signal, listener });
  } catch (error) {
    if (!signal.aborted) throw error;
    log.info('worker stopped before its model came');
    return null;
  }
}
