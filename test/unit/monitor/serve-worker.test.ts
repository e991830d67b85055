import { describe, expect, test } from 'vitest';
import { type WorkerView, serveWorker } from '../../../src/monitor/serve-worker.ts';
import { aHeartbeat } from '../../support/heartbeats.ts';
import { parseMetrics } from '../../support/parse-metrics.ts';

const ANYWHERE = { host: '127.0.0.1', port: 0 };
const NO_JOBS = { waiting: 0, active: 0, delayed: 0, failed: 0 };

const aView = (members: Partial<WorkerView> = {}): WorkerView => ({
  say: () => aHeartbeat('a'),
  queue: { model: 'stub:', queue: 'q', counts: async () => NO_JOBS },
  stopping: new AbortController().signal,
  ...members,
});

async function answerOf(view: WorkerView, path: string): Promise<[status: number, text: string]> {
  await using server = await serveWorker(ANYWHERE, view);
  const response = await fetch(`${server.url}${path}`);
  return [response.status, await response.text()];
}

describe('a worker that listens', () => {
  test('is well as long as it answers, whatever else is wrong', async () => {
    expect(await answerOf(aView({ say: null, queue: null }), '/healthz')).toEqual([200, 'ok\n']);
  });

  test('is ready while it takes jobs', async () => {
    expect(await answerOf(aView(), '/readyz')).toEqual([200, 'ok\n']);
  });

  test('is not ready while it starts, and when it was told to stop', async () => {
    expect(await answerOf(aView({ say: null }), '/readyz')).toEqual([503, 'starting\n']);
    expect(await answerOf(aView({ stopping: AbortSignal.abort() }), '/readyz')).toEqual([503, 'stopping\n']);
  });

  test.for([
    { how: 'is silent', counts: () => new Promise<never>(() => undefined) },
    { how: 'fails', counts: () => Promise.reject(new Error('away')) },
  ])('is not ready, and says that the queue is down, when it $how', async ({ counts }) => {
    const view = aView({ queue: { model: 'stub:', queue: 'q', counts } });
    expect(await answerOf(view, '/readyz')).toEqual([503, 'the queue does not answer\n']);
    const [status, text] = await answerOf(view, '/metrics');
    expect([status, parseMetrics(text).value('docmill_queue_up')]).toEqual([200, 0]);
  });

  test('asks a silent queue once, however often it is asked itself', async () => {
    let asked = 0;
    const counts = () => {
      asked += 1;
      return new Promise<never>(() => undefined);
    };
    await using server = await serveWorker(ANYWHERE, aView({ queue: { model: 'stub:', queue: 'q', counts } }));
    await Promise.all(['/readyz', '/metrics', '/readyz'].map((path) => fetch(`${server.url}${path}`)));
    expect(asked).toBe(1);
  });

  test('has metrics of docmill and of its process, in the form of Prometheus', async () => {
    await using server = await serveWorker(ANYWHERE, aView());
    const response = await fetch(`${server.url}/metrics`);
    expect(response.headers.get('content-type')).toContain('text/plain; version=0.0.4');
    const { value, types } = parseMetrics(await response.text());
    expect(value('docmill_documents_total', { status: 'ok', worker: 'a' })).toBe(0);
    expect(value('docmill_queue_jobs', { state: 'waiting' })).toBe(0);
    expect(value('process_resident_memory_bytes')).toBeGreaterThan(0);
    expect(types.get('nodejs_eventloop_lag_seconds')).toBe('gauge');
  });

  test('has metrics before its model is there', async () => {
    const [status, text] = await answerOf(aView({ say: null, queue: null }), '/metrics');
    expect([status, parseMetrics(text).value('docmill_build_info')]).toEqual([200, 1]);
  });

  test('knows nothing else', async () => {
    expect((await answerOf(aView(), '/'))[0]).toBe(404);
  });

  test('says which address cannot be had, and what to do', async () => {
    await using server = await serveWorker(ANYWHERE, aView());
    const port = Number(new URL(server.url).port);
    await expect(serveWorker({ host: '127.0.0.1', port }, aView())).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: `Cannot listen at \`http://127.0.0.1:${port}\` (EADDRINUSE); choose another address with \`--listen\`.`,
    });
  });
});
