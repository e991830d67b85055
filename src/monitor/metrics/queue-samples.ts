import type { QueueCounts } from '../../queue/job-queue.ts';
import type { Sample } from './render-metrics.ts';

/**
 * How full a queue is; null stands for one that does not answer. Two models may have one file name: the queue's own name
 * tells them apart.
 */
export function queueSamples(
  { model, queue }: { readonly model: string; readonly queue: string },
  counts: QueueCounts | null,
): Sample[] {
  return [
    { metric: 'docmill_queue_up', labels: { model, queue }, value: counts === null ? 0 : 1 },
    ...Object.entries(counts ?? {}).map(([state, value]): Sample => ({
      metric: 'docmill_queue_jobs',
      labels: { model, queue, state },
      value,
    })),
  ];
}
