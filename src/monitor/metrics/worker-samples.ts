import { documentErrors } from '../../errors.ts';
import type { Heartbeat } from '../../ledger/heartbeats.ts';
import { COMMIT_BOUNDS, type WorkerTotals } from '../../ledger/worker-totals.ts';
import type { MetricName } from './metrics.ts';
import type { Sample } from './render-metrics.ts';

type Labels = Readonly<Record<string, string>>;

/**
 * What a worker says about itself, as samples. The worker is a label of each: sums over workers would fall whenever one
 * stops, and a counter that falls is taken for one that began anew.
 */
export function workerSamples(heartbeat: Heartbeat): Sample[] {
  const labels = { worker: heartbeat.worker, model: heartbeat.model };
  const gauge = (metric: MetricName, value: number): Sample => ({ metric, labels, value });
  const { totals } = heartbeat;
  return [
    ...documentSamples(totals, labels),
    ...split('docmill_attempts_total', 'outcome', labels, {
      committed: totals.attempts.committed,
      'already-complete': totals.attempts.alreadyComplete,
      failed: totals.attempts.failed,
    }),
    ...split('docmill_tokens_total', 'kind', labels, totals.tokens),
    ...split('docmill_phase_seconds_total', 'phase', labels, totals.seconds),
    ...commitSamples(totals, labels),
    gauge('docmill_worker_busy', heartbeat.shard === null ? 0 : 1),
    gauge('docmill_worker_resident_memory_bytes', heartbeat.rssBytes),
    gauge('docmill_worker_start_time_seconds', Date.parse(heartbeat.startedAt) / 1000),
    gauge('docmill_worker_refused_runs', Object.keys(heartbeat.refused).length),
    gauge('docmill_worker_troubled_runs', Object.keys(heartbeat.troubles).length),
  ];
}

/** Every code from the start, at zero: of a counter that appears with its first document, the first is never seen. */
function documentSamples({ outcomes }: WorkerTotals, labels: Labels): Sample[] {
  const known = (status: 'failed' | 'skipped') =>
    Object.entries(documentErrors).flatMap(([code, entry]) => (entry.status === status ? [[code, 0] as const] : []));
  const metric = 'docmill_documents_total';
  return [
    { metric, labels: { ...labels, status: 'ok' }, value: outcomes.ok },
    ...(['failed', 'skipped'] as const).flatMap((status) =>
      split(metric, 'code', { ...labels, status }, { ...Object.fromEntries(known(status)), ...outcomes[status] }),
    ),
  ];
}

/** Prometheus wants each class of a histogram to hold the smaller ones too. */
function commitSamples({ commits }: WorkerTotals, labels: Labels): Sample[] {
  const metric = 'docmill_part_commit_seconds';
  let sum = 0;
  const buckets = [...COMMIT_BOUNDS.map(String), '+Inf'].map((le, index): Sample => {
    sum += commits.classes[index] ?? 0;
    return { metric, series: `${metric}_bucket`, labels: { ...labels, le }, value: sum };
  });
  return [
    ...buckets,
    { metric, series: `${metric}_sum`, labels, value: commits.seconds },
    { metric, series: `${metric}_count`, labels, value: sum },
  ];
}

function split(metric: MetricName, label: string, labels: Labels, values: Readonly<Record<string, number>>): Sample[] {
  return Object.entries(values).map(([value, number]) => ({
    metric,
    labels: { ...labels, [label]: value },
    value: number,
  }));
}
