import type { Telemetry } from 'bullmq';
import { packageVersion } from '../package-root.ts';

/** The standard variables of OpenTelemetry that say where traces and metrics go. */
const DESTINATIONS = [
  'OTEL_TRACES_EXPORTER',
  'OTEL_METRICS_EXPORTER',
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
  'OTEL_EXPORTER_OTLP_METRICS_ENDPOINT',
] as const;

/**
 * BullMQ's own spans and metrics of jobs that are added, taken and ended, for the OpenTelemetry that was loaded into this
 * process (docs/monitoring.md); undefined where its standard variables name no destination, so that nothing is loaded
 * and no job carries a trace.
 */
export async function openTelemetry(
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Telemetry | undefined> {
  if (environment['OTEL_SDK_DISABLED']?.toLowerCase() === 'true') return undefined;
  const named = DESTINATIONS.some((name) => !['', 'none', undefined].includes(environment[name]));
  if (!named) return undefined;
  const { BullMQOtel } = await import('bullmq-otel');
  return new BullMQOtel({
    tracerName: 'docmill',
    meterName: 'docmill',
    version: packageVersion(),
    enableMetrics: true,
  });
}
