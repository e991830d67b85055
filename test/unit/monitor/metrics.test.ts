import { describe, expect, test } from 'vitest';
import { documentErrors } from '../../../src/errors.ts';
import { addAttempt, noTotals } from '../../../src/ledger/worker-totals.ts';
import { metrics } from '../../../src/monitor/metrics/metrics.ts';
import { queueSamples } from '../../../src/monitor/metrics/queue-samples.ts';
import { joinMetrics, renderMetrics } from '../../../src/monitor/metrics/render-metrics.ts';
import { workerSamples } from '../../../src/monitor/metrics/worker-samples.ts';
import { aHeartbeat, anAttempt } from '../../support/heartbeats.ts';
import { parseMetrics } from '../../support/parse-metrics.ts';

function aBusyWorker(worker: string, commits: readonly number[]) {
  const totals = noTotals();
  for (const commit of commits) addAttempt(totals, { ...anAttempt, seconds: { ...anAttempt.seconds, commit } });
  return aHeartbeat(worker, { totals, shard: 'run/1-0', rssBytes: 500, troubles: { run: 'The disk is full.' } });
}

const textOf = (...workers: readonly ReturnType<typeof aHeartbeat>[]) => renderMetrics(workers.flatMap(workerSamples));

describe('the metrics of a worker', () => {
  test('say what it did, by status, code, kind and phase', async () => {
    const { value } = parseMetrics(await textOf(aBusyWorker('a', [0.02, 0.02])));
    expect(value('docmill_documents_total', { status: 'ok' })).toBe(8);
    expect(value('docmill_documents_total', { status: 'failed', code: 'CHANGED' })).toBe(4);
    expect(value('docmill_documents_total', { status: 'skipped', code: 'EMPTY' })).toBe(2);
    expect(value('docmill_attempts_total', { outcome: 'committed' })).toBe(2);
    expect(value('docmill_tokens_total', { kind: 'prompt' })).toBe(200);
    expect(value('docmill_phase_seconds_total', { phase: 'answer' })).toBe(4);
    expect(value('docmill_worker_busy', { worker: 'a', model: 'stub:' })).toBe(1);
    expect(value('docmill_worker_troubled_runs')).toBe(1);
    expect(value('docmill_worker_refused_runs')).toBe(0);
    expect(value('docmill_worker_start_time_seconds')).toBe(Date.parse('2026-01-02T03:04:05.000Z') / 1000);
  });

  test('have every error code from the start, at zero', async () => {
    const { value } = parseMetrics(await textOf(aHeartbeat('new')));
    for (const [code, { status }] of Object.entries(documentErrors)) {
      expect([code, value('docmill_documents_total', { status, code })]).toEqual([code, 0]);
    }
  });

  test('have a histogram of commits whose classes hold the smaller ones', async () => {
    const { samples, types, value } = parseMetrics(await textOf(aBusyWorker('a', [0.001, 0.03, 0.03, 70])));
    const buckets = samples.filter(({ name }) => name === 'docmill_part_commit_seconds_bucket');
    expect(buckets.map(({ labels, value }) => [labels['le'], value])).toEqual([
      ['0.005', 1],
      ['0.01', 1],
      ['0.025', 1],
      ...['0.05', '0.1', '0.25', '0.5', '1', '2.5', '10', '60'].map((le) => [le, 3]),
      ['+Inf', 4],
    ]);
    expect(value('docmill_part_commit_seconds_count')).toBe(4);
    expect(value('docmill_part_commit_seconds_sum')).toBeCloseTo(70.061, 9);
    expect(types.get('docmill_part_commit_seconds')).toBe('histogram');
  });

  test('of two workers stand beside each other, so that no sum falls when one goes', async () => {
    const { value } = parseMetrics(await textOf(aBusyWorker('a', [1]), aBusyWorker('b', [1, 1])));
    expect(['a', 'b'].map((worker) => value('docmill_documents_total', { worker, status: 'ok' }))).toEqual([4, 8]);
  });

  test('keep a name whole, whatever is in it', async () => {
    const model = 'a "b"\\c\nd.gguf';
    const { value } = parseMetrics(await textOf(aHeartbeat('a', { model })));
    expect(value('docmill_worker_busy', { model })).toBe(0);
  });
});

test('the queue is up with its jobs, or down and says none', async () => {
  const jobs = { waiting: 3, active: 1, delayed: 0, failed: 0 };
  const up = parseMetrics(await renderMetrics(queueSamples({ model: 'm', queue: 'q' }, jobs)));
  expect(up.value('docmill_queue_up')).toBe(1);
  expect(up.value('docmill_queue_jobs', { state: 'waiting' })).toBe(3);
  const down = parseMetrics(await renderMetrics(queueSamples({ model: 'm', queue: 'q' }, null)));
  expect(down.samples).toEqual([{ name: 'docmill_queue_up', labels: { model: 'm', queue: 'q' }, value: 0 }]);
});

test('texts of several sources have the help of each metric once, and its samples together', async () => {
  const one =
    '# HELP bullmq_job_count Jobs\n# TYPE bullmq_job_count gauge\nbullmq_job_count{queue="a", state="waiting"} 1';
  const own = await renderMetrics(workerSamples(aBusyWorker('a', [1])));
  const joined = joinMetrics([own, `${one}\n# TYPE x counter\nx 1`, one.replace('"a"', '"b"')]);
  expect(joined).toContain(`${one}\nbullmq_job_count{queue="b", state="waiting"} 1\n# TYPE x counter\nx 1\n`);
  expect(joined.startsWith(`${own.trimEnd().split('\n\n').join('\n')}\n`)).toBe(true);
});

test('two models of one file name have a queue each', async () => {
  const samples = ['a', 'b'].flatMap((queue) => queueSamples({ model: 'model.gguf', queue }, null));
  expect(
    parseMetrics(await renderMetrics(samples)).samples.map(({ labels, value }) => [labels['queue'], value]),
  ).toEqual([
    ['a', 0],
    ['b', 0],
  ]);
});

test('every sample has the labels that its metric is said to have', () => {
  const samples = [...workerSamples(aBusyWorker('a', [1])), ...queueSamples({ model: 'm', queue: 'q' }, null)];
  for (const { metric, series, labels } of samples) {
    const allowed: readonly string[] =
      series?.endsWith('_bucket') === true ? [...metrics[metric].labels, 'le'] : metrics[metric].labels;
    expect(Object.keys(labels).filter((label) => !allowed.includes(label))).toEqual([]);
  }
});
