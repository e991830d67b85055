import { html } from 'hono/html';
import { documentErrors } from '../../errors.ts';
import { formatCount, formatDuration, formatRate } from '../../format.ts';
import type { Worker } from '../worker-rates.ts';
import { type Cell, type Html, type Section, table } from './layout.ts';
import { progressOf, stateOf, workerTable } from './overview.ts';
import { rateChart } from './rate-chart.ts';
import type { RunDetails, RunSummary } from './run-entry.ts';

export type RunView = {
  readonly summary: RunSummary | null;
  /** Null until the first parts were counted. */
  readonly details: RunDetails | null;
  readonly workers: readonly Worker[];
};

/** How far a run is, in one look. */
export function runLead({ summary, details }: RunView): Section {
  if (summary === null) return { id: 'lead', title: 'Now', body: html`<p>Reading the run…</p>` };
  const { open, documents, trouble } = summary;
  const status = details?.status;
  const body = html`<p>
      ${stateOf(summary)} · task <code>${open.run.task.name}</code> · model <code>${open.run.model.name}</code>
    </p>
    ${trouble === null ? '' : html`<p class="bad">${trouble}</p>`}
    <p class="large">${progressOf(documents, open.run.name)}</p>
    <p>${formatCount(documents.done)} of ${formatCount(documents.total)} documents${paceOf(summary)}</p>
    ${status === undefined ? '' : html`<p>Shards: ${formatCount(status.shards.done)} done, ${formatCount(status.running)} running, ${formatCount(status.waiting)} waiting${status.uncounted === 0 ? '' : `, ${formatCount(status.uncounted)} done and not counted yet`}</p>`}
    ${(status?.refusals ?? []).map((refusal) => html`<p class="bad">Refused: ${refusal}</p>`)}
    ${(status?.troubles ?? []).map((one) => html`<p class="bad">Trouble: ${one}</p>`)}`;
  return { id: 'lead', title: 'Now', body };
}

export function runSections({ summary, details, workers }: RunView): Section[] {
  const model = summary?.open.run.model.name;
  return [
    { id: 'rate', title: 'Documents per second', body: details === null ? waiting() : rateChart(details.history) },
    { id: 'outcomes', title: 'Outcomes', body: summary === null ? waiting() : outcomeTable(summary) },
    { id: 'failures', title: 'Newest failed documents', body: details === null ? waiting() : failureTable(details) },
    {
      id: 'workers',
      title: 'Workers',
      body: workerTable(workers.filter(({ heartbeat }) => heartbeat.model === model)),
    },
  ];
}

function paceOf({ state, rate, etaSeconds }: RunSummary): string {
  if (state.kind !== 'open' || rate === null) return '';
  return `, ${formatRate(rate)}${etaSeconds === null ? '' : `, ${formatDuration(etaSeconds)} to go`}`;
}

function waiting(): Html {
  return html`<p>Parts are being counted…</p>`;
}

function outcomeTable({ outcomes }: RunSummary): Html {
  const meanings: Readonly<Record<string, { readonly meaning: string }>> = documentErrors;
  const rows = (['failed', 'skipped'] as const).flatMap((status) =>
    Object.entries(outcomes[status])
      .sort(([, one], [, other]) => other - one)
      .map(([code, count]): Cell[] => [status, code, { right: formatCount(count) }, meanings[code]?.meaning ?? '']),
  );
  const head = ['Status', 'Code', { right: 'Documents' }, 'Meaning'];
  return table(head, [['ok', '', { right: formatCount(outcomes.ok) }, 'Answered.'], ...rows]);
}

function failureTable({ failures }: RunDetails): Html {
  if (failures.length === 0) return html`<p>No document failed.</p>`;
  const rows = failures.map(({ id, code, atMs }): Cell[] => [id, code, new Date(atMs).toISOString().slice(0, 19)]);
  return table(['Document', 'Code', 'When (UTC)'], rows);
}
