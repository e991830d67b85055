import { html } from 'hono/html';
import { formatBytes, formatCount, formatDuration, formatRate, plural } from '../../format.ts';
import type { QueueCounts } from '../../queue/job-queue.ts';
import type { Worker } from '../worker-rates.ts';
import { type Cell, type Html, type Section, table } from './layout.ts';
import { type RunSummary, failedOf } from './run-entry.ts';

/** What the queue of a model holds; null where it does not answer. */
export type QueueState = { readonly model: string; readonly queue: string; readonly counts: QueueCounts | null };

export type Overview = {
  readonly runs: readonly RunSummary[];
  readonly workers: readonly Worker[];
  /** Null where the dashboard was told no queue. */
  readonly queues: readonly QueueState[] | null;
};

/** The first page: every run, every worker, every queue. */
export function overviewLead({ runs, workers }: Overview): Section {
  const open = runs.filter(({ state }) => state.kind === 'open').length;
  const body = html`<p>
    ${plural(runs.length, 'run')}, ${formatCount(open)} open; ${plural(workers.length, 'worker')} alive.
  </p>`;
  return { id: 'lead', title: 'Now', body };
}

export function overviewSections({ runs, workers, queues }: Overview): Section[] {
  return [
    { id: 'runs', title: 'Runs', body: runTable(runs) },
    { id: 'workers', title: 'Workers', body: workerTable(workers) },
    { id: 'queues', title: 'Queues', body: queueTable(queues) },
  ];
}

function runTable(runs: readonly RunSummary[]): Html {
  if (runs.length === 0) return html`<p>There are no runs here yet.</p>`;
  const right = (text: string): Cell => ({ right: text });
  const head = [
    'Run',
    'State',
    'Progress',
    right('Documents'),
    right('Failed'),
    right('Rate'),
    right('To go'),
    'Model',
  ];
  const rows = runs.map((one): Cell[] => [
    html`<a id="run-${one.open.run.name}" href="/runs/${one.open.run.name}">${one.open.run.name}</a>`,
    one.trouble === null ? stateOf(one) : html`<span class="bad">${one.trouble}</span>`,
    progressOf(one.documents, one.open.run.name),
    right(`${formatCount(one.documents.done)} / ${formatCount(one.documents.total)}`),
    right(formatCount(failedOf(one))),
    right(one.rate === null ? '–' : formatRate(one.rate)),
    right(one.etaSeconds === null || one.state.kind !== 'open' ? '–' : formatDuration(one.etaSeconds)),
    one.open.run.model.name,
  ]);
  return table(head, rows);
}

/** `open`, `open, round 2`, `cancelled (deadline)`, and whether it is still being counted. */
export function stateOf({ state, counting }: Pick<RunSummary, 'state' | 'counting'>): string {
  const reason = state.last?.state === 'cancelled' ? ` (${state.last.reason})` : '';
  const round = state.round === 1 ? '' : `, round ${state.round}`;
  return `${state.kind}${reason}${round}${counting ? ', counting' : ''}`;
}

export function progressOf({ done, total }: RunSummary['documents'], name: string): Html {
  const bar = html`<progress max="${total}" value="${done}" aria-label="Progress of ${name}"></progress>`;
  return html`<span class="whole">${bar} ${Math.floor((100 * done) / total)} %</span>`;
}

/** Workers with what they do; names of runs and shards, nothing of documents. */
export function workerTable(workers: readonly Worker[]): Html {
  if (workers.length === 0) return html`<p>No worker has spoken in the last 20 seconds.</p>`;
  const right = (text: string): Cell => ({ right: text });
  const head = ['Worker', 'Shard', right('Documents'), right('Rate'), right('Memory'), right('Heard'), 'Model'];
  const rows = workers.map(({ heartbeat, ageMs, rate }): Cell[] => [
    heartbeat.worker,
    heartbeat.shard ?? 'idle',
    right(formatCount(heartbeat.documents)),
    right(rate === null ? '–' : formatRate(rate)),
    right(formatBytes(heartbeat.rssBytes)),
    right(`${formatDuration(ageMs / 1000)} ago`),
    heartbeat.model,
  ]);
  return table(head, rows);
}

function queueTable(queues: readonly QueueState[] | null): Html {
  if (queues === null)
    return html`<p>Without <code>REDIS_URL</code> the dashboard sees runs and workers, but no queue.</p>`;
  if (queues.length === 0) return html`<p>There is no run, and so no queue.</p>`;
  const right = (text: string): Cell => ({ right: text });
  const head = ['Model', right('Waiting'), right('Active'), right('Delayed'), right('Failed')];
  const rows = queues.map(({ model, counts }): Cell[] =>
    counts === null
      ? [model, html`<span class="bad">does not answer</span>`, '', '', '']
      : [model, ...[counts.waiting, counts.active, counts.delayed, counts.failed].map((n) => right(formatCount(n)))],
  );
  return table(head, rows);
}
