import { AggregatorRegistry, Registry } from 'prom-client';
import { type MetricName, metrics } from './metrics.ts';

/** One value of a metric; `series` is the name of a histogram's part, such as `…_bucket`. */
export type Sample = {
  readonly metric: MetricName;
  readonly series?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
};

export const METRICS_CONTENT_TYPE = Registry.PROMETHEUS_CONTENT_TYPE;

/** The text that Prometheus reads: each metric that has samples, with its help and type. */
export async function renderMetrics(samples: readonly Sample[]): Promise<string> {
  const byMetric = Map.groupBy(samples, ({ metric }) => metric);
  const described = [...byMetric].map(([name, own]) => ({
    name,
    help: metrics[name].help,
    type: metrics[name].type,
    aggregator: 'sum',
    values: own.map(({ series, labels, value }) => ({ labels, value, ...(series && { metricName: series }) })),
  }));
  // The way on which prom-client puts together what other processes counted, which is what heartbeats say.
  return AggregatorRegistry.aggregate([described]).metrics();
}

/** Several such texts as one, in which each metric has its help and type once and all its samples together. */
export function joinMetrics(texts: readonly string[]): string {
  const lines = texts.flatMap((text) => text.split('\n')).filter((line) => line !== '');
  const byMetric = Map.groupBy(lines, (line) => NAME.exec(line)?.[1] ?? '');
  // A set, since each of them brings the help.
  const joined = new Set([...byMetric.values()].flat());
  return `${[...joined].join('\n')}\n`;
}

/** The metric that a line belongs to: of a comment what it is about, of a sample its name without a histogram's part. */
const NAME = /^(?:# (?:HELP|TYPE) )?([A-Za-z_:][A-Za-z0-9_:]*?)(?:_(?:bucket|sum|count))?(?:[ {]|$)/;
