import type { QueueCounts } from '../../queue/job-queue.ts';
import type { Sample } from './render-metrics.ts';

/** How full a model's queue is; null stands for a queue that does not answer. */
export function queueSamples(model: string, counts: QueueCounts | null): Sample[] {
  return [
    { metric: 'docmill_queue_up', labels: { model }, value: counts === null ? 0 : 1 },
    ...Object.entries(counts ?? {}).map(([state, value]): Sample => ({
      metric: 'docmill_queue_jobs',
      labels: { model, state },
      value,
    })),
  ];
}
