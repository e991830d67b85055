import { Hono } from 'hono';
import { Registry, collectDefaultMetrics } from 'prom-client';
import type { Heartbeat } from '../ledger/heartbeats.ts';
import { packageVersion } from '../package-root.ts';
import type { JobQueue } from '../queue/job-queue.ts';
import { askWithin } from './ask-within.ts';
import { type Address, serve } from './http/serve.ts';
import { queueSamples } from './metrics/queue-samples.ts';
import { METRICS_CONTENT_TYPE, type Sample, renderMetrics } from './metrics/render-metrics.ts';
import { workerSamples } from './metrics/worker-samples.ts';

/** What there is to say about a worker; it comes while the worker starts. */
export type WorkerView = {
  say: (() => Heartbeat) | null;
  queue: { readonly model: string; readonly queue: string; readonly counts: JobQueue['counts'] } | null;
  /** Aborts when the worker was told to stop. */
  readonly stopping: AbortSignal;
};

const QUEUE_ANSWER_MS = 1_000;

/**
 * Serves what a worker says about itself: `/metrics` for Prometheus; `/healthz`, 200 as long as the process answers; and
 * `/readyz`, 200 while it takes jobs, else 503 with the reason. Nothing of a document, and no run's name, is in them.
 */
export async function serveWorker(address: Address, view: WorkerView) {
  const app = new Hono();
  const askQueue = askWithin(async () => (await view.queue?.counts()) ?? null, QUEUE_ANSWER_MS);
  const process = new Registry();
  collectDefaultMetrics({ register: process });
  app.get('/metrics', async (context) => {
    const samples: Sample[] = [{ metric: 'docmill_build_info', labels: { version: packageVersion() }, value: 1 }];
    if (view.say !== null) samples.push(...workerSamples(view.say()));
    if (view.queue !== null) samples.push(...queueSamples(view.queue, await askQueue()));
    const text = `${await renderMetrics(samples)}\n${await process.metrics()}`;
    return context.body(text, 200, { 'content-type': METRICS_CONTENT_TYPE });
  });
  app.get('/healthz', (context) => context.text('ok\n'));
  app.get('/readyz', async (context) => {
    if (view.stopping.aborted) return context.text('stopping\n', 503);
    if (view.say === null) return context.text('starting\n', 503);
    return (await askQueue()) === null ? context.text('the queue does not answer\n', 503) : context.text('ok\n');
  });
  return serve(app, address);
}
