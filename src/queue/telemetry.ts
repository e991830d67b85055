import type { Telemetry } from 'bullmq';
import { packageVersion } from '../package-root.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * BullMQ's own spans and metrics of jobs that are added, taken and ended, for the OpenTelemetry that was loaded into this
 * process (docs/monitoring.md); undefined where its standard variables name no destination, so that nothing is loaded
 * and no job carries a trace.
 */
export async function openTelemetry(environment: Environment): Promise<Telemetry | undefined> {
  if (!isWanted(environment)) return undefined;
  const { BullMQOtel } = await import('bullmq-otel');
  const telemetry = new BullMQOtel({
    tracerName: 'docmill',
    meterName: 'docmill',
    version: packageVersion(),
    enableMetrics: true,
  });
  const { contextManager } = telemetry;
  const read = contextManager.fromMetadata.bind(contextManager);
  // A job's trace is JSON that anybody may have written, and a throw from here would stop BullMQ's worker for good.
  contextManager.fromMetadata = (active, metadata) => {
    try {
      return read(active, metadata);
    } catch {
      return active;
    }
  };
  return telemetry;
}

/** Whether OpenTelemetry's variables name a destination for traces or metrics; `none` is one for neither. */
export function isWanted(environment: Environment): boolean {
  if (environment['OTEL_SDK_DISABLED']?.toLowerCase() === 'true') return false;
  return (['TRACES', 'METRICS'] as const).some((signal) => {
    const exporter = environment[`OTEL_${signal}_EXPORTER`] ?? '';
    if (exporter !== '') return exporter !== 'none';
    const endpoints = ['OTEL_EXPORTER_OTLP_ENDPOINT', `OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`];
    return endpoints.some((name) => (environment[name] ?? '') !== '');
  });
}
