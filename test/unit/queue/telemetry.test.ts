import { expect, test } from 'vitest';
import { isWanted, openTelemetry } from '../../../src/queue/telemetry.ts';

const OTLP = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' };

test.each([
  [{}, false],
  [OTLP, true],
  [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://collector:4318' }, true],
  [{ OTEL_METRICS_EXPORTER: 'otlp' }, true],
  [{ OTEL_TRACES_EXPORTER: 'none' }, false],
  [{ ...OTLP, OTEL_TRACES_EXPORTER: 'none' }, true],
  [{ ...OTLP, OTEL_TRACES_EXPORTER: 'none', OTEL_METRICS_EXPORTER: 'none' }, false],
  [{ ...OTLP, OTEL_SDK_DISABLED: 'true' }, false],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: '' }, false],
])('with %j traces are wanted: %s', async (environment, wanted) => {
  expect(isWanted(environment)).toBe(wanted);
  expect((await openTelemetry(environment)) !== undefined).toBe(wanted);
});

test.each(['no json', '{"traceparent":7}', 'null'])('a trace of a job that is %s is none', async (metadata) => {
  const { contextManager } = (await openTelemetry(OTLP)) ?? {};
  const read = (): unknown => contextManager?.fromMetadata(contextManager.active(), metadata);
  expect(read).not.toThrow();
  expect(read()).toBeDefined();
});
