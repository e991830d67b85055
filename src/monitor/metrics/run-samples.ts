import type { RunSummary } from '../dashboard/run-entry.ts';
import type { Sample } from './render-metrics.ts';

const RECENT_MS = 24 * 3600 * 1000;

/**
 * Where runs stand, from their files: those that are open or cancelled, and those that became complete within a day, so
 * that years of nightly runs are not years of series. Documents are left out while they are being counted.
 */
export function runSamples(runs: readonly RunSummary[], nowMs: number): Sample[] {
  return runs.filter((one) => isRecent(one, nowMs)).flatMap(toSamples);
}

function isRecent({ state: { last } }: RunSummary, nowMs: number): boolean {
  return last?.state !== 'complete' || nowMs - Date.parse(last.at) < RECENT_MS;
}

function toSamples({ open, state, documents, outcomes, counting }: RunSummary): Sample[] {
  const run = open.run.name;
  const counts = [
    { status: 'ok', value: outcomes.ok },
    ...(['failed', 'skipped'] as const).flatMap((status) =>
      Object.entries(outcomes[status]).map(([code, value]) => ({ status, code, value })),
    ),
  ];
  return [
    ...(['open', 'cancelled', 'complete'] as const).map((kind): Sample => ({
      metric: 'docmill_run_state',
      labels: { run, state: kind },
      value: state.kind === kind ? 1 : 0,
    })),
    { metric: 'docmill_run_documents_planned', labels: { run }, value: documents.total },
    ...(counting ? [] : counts).map(({ value, ...labels }): Sample => ({
      metric: 'docmill_run_documents',
      labels: { run, ...labels },
      value,
    })),
  ];
}
