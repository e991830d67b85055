import type { Hono } from 'hono';
import { packageVersion } from '../../package-root.ts';
import type { Queues } from '../../queue/open-queues.ts';
import { askWithin } from '../ask-within.ts';
import { guarded, type GuardOptions } from '../http/guard.ts';
import { type Address, serve } from '../http/serve.ts';
import { type Texts, createStreams } from '../http/streams.ts';
import { queueSamples } from '../metrics/queue-samples.ts';
import { METRICS_CONTENT_TYPE, type Sample, joinMetrics, renderMetrics } from '../metrics/render-metrics.ts';
import { runSamples } from '../metrics/run-samples.ts';
import { workerSamples } from '../metrics/worker-samples.ts';
import { ICON, SCRIPT, STYLE } from './assets.ts';
import { type Section, layout } from './layout.ts';
import { type Overview, overviewLead, overviewSections } from './overview.ts';
import { createQueueBoard } from './queue-board.ts';
import { createQueueWatch } from './queue-watch.ts';
import { type RunBoard, createRunBoard } from './run-board.ts';
import { type RunView, runLead, runSections } from './run-page.ts';

/** A page shows what is known after this long; the stream brings the rest. */
const FIRST_LOOK_MS = 250;

type Dashboard = {
  readonly board: RunBoard;
  /** Null where the dashboard was told no queue. */
  readonly queues: ReturnType<typeof createQueueWatch> | null;
};

/**
 * Serves the dashboard of the runs under `out`: pages for people, `/metrics` for Prometheus, and bull-board where there
 * is a queue. It reads and never writes, and shows ids and codes, never a document's text or an answer.
 */
export async function serveDashboard(
  address: Address,
  { out, queues, ...guard }: GuardOptions & { readonly out: string; readonly queues: Queues | null },
): Promise<{ readonly url: string } & AsyncDisposable> {
  await using resources = new AsyncDisposableStack();
  const board = resources.use(createRunBoard(out));
  const watch = queues === null ? null : createQueueWatch(queues);
  const dashboard = { board, queues: watch };
  const app = guarded(guard);
  addAssets(app);
  addMetrics(app, dashboard);
  addPages(app, dashboard);
  if (watch !== null) addQueueBoard(app, board, watch);
  const server = resources.use(await serve(app, address));
  const owned = resources.move();
  return { url: server.url, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

function addAssets(app: Hono): void {
  app.get('/assets/dashboard.css', ({ body }) => body(STYLE, 200, { 'content-type': 'text/css; charset=utf-8' }));
  app.get('/assets/dashboard.js', ({ body }) =>
    body(SCRIPT, 200, { 'content-type': 'text/javascript; charset=utf-8' }),
  );
  app.get('/assets/icon.svg', ({ body }) => body(ICON, 200, { 'content-type': 'image/svg+xml' }));
}

function addMetrics(app: Hono, { board, queues }: Dashboard): void {
  app.get('/metrics', async ({ body }) => {
    await board.ask();
    const workers = board.workers();
    const runs = board.runs();
    const [states, texts] = await Promise.all([queues?.read(runs) ?? [], queues?.metricsTexts(runs) ?? []]);
    const samples: Sample[] = [
      { metric: 'docmill_build_info', labels: { version: packageVersion() }, value: 1 },
      ...workers.flatMap(({ heartbeat }) => workerSamples(heartbeat)),
      ...[...workers, ...board.silentWorkers()].map(({ heartbeat: { worker, model }, ageMs }): Sample => ({
        metric: 'docmill_worker_heartbeat_age_seconds',
        labels: { worker, model },
        value: Math.max(0, ageMs / 1000),
      })),
      ...states.flatMap((state) => queueSamples(state, state.counts)),
      ...runSamples(runs, Date.now()),
    ];
    const text = joinMetrics([await renderMetrics(samples), ...texts]);
    return body(text, 200, { 'content-type': METRICS_CONTENT_TYPE });
  });
}

function addPages(app: Hono, { board, queues }: Dashboard): void {
  const firstLook = askWithin(() => board.ask(), FIRST_LOOK_MS);
  const stream = createStreams();
  const overview = async (): Promise<Overview> => {
    const runs = board.runs();
    return { runs, workers: board.workers(), queues: queues === null ? null : await queues.read(runs) };
  };
  app.get('/', async (context) => {
    await firstLook();
    const now = await overview();
    const page = { title: 'Runs', lead: overviewLead(now), sections: overviewSections(now) };
    return context.html(layout({ ...page, events: '/events', queues: queues !== null }));
  });
  app.get('/events', (context) =>
    stream(context, async () => {
      void board.ask();
      const now = await overview();
      return toTexts([overviewLead(now), ...overviewSections(now)]);
    }),
  );
  const look = (name: string): RunView | null => {
    const entry = board.find(name);
    if (entry === undefined) return null;
    entry.want();
    void entry.refresh();
    return { summary: entry.summary(), details: entry.details(), workers: board.workers() };
  };
  app.get('/runs/:name', async (context) => {
    const name = context.req.param('name');
    await firstLook();
    // A run is not there only when all of them were listed.
    if (board.find(name) === undefined) await board.ask();
    const view = look(name);
    if (view === null) return context.text('There is no such run.\n', 404);
    const page = { title: name, lead: runLead(view), sections: runSections(view) };
    return context.html(layout({ ...page, events: `/runs/${name}/events`, queues: queues !== null }));
  });
  app.get('/runs/:name/events', (context) =>
    stream(context, async () => {
      void board.ask();
      const view = look(context.req.param('name'));
      return toTexts(view === null ? [] : [runLead(view), ...runSections(view)]);
    }),
  );
}

/** The sections of a page as the stream of its events sends them. */
async function toTexts(sections: readonly Section[]): Promise<Texts> {
  const texts = new Map<string, string>();
  for (const { id, body } of sections) texts.set(id, String(await body));
  return texts;
}

function addQueueBoard(app: Hono, board: RunBoard, watch: ReturnType<typeof createQueueWatch>): void {
  const queueBoard = createQueueBoard();
  app.use('/queues/*', async (_, next) => {
    await board.ask();
    for (const { model, queue } of watch.all(board.runs())) queueBoard.show(model, queue);
    await next();
  });
  app.route('/', queueBoard.app);
}
