import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { metrics } from '../../../src/monitor/metrics/metrics.ts';
import { readRepositoryFile, readYaml } from './read-yaml.ts';

const alertSchema = z.strictObject({
  alert: z.string().regex(/^Docmill[A-Z]\w+$/),
  expr: z.string().min(1),
  for: z.string().regex(/^\d+m$/),
  labels: z.strictObject({ severity: z.enum(['warning', 'critical']) }),
  annotations: z.strictObject({ summary: z.string().min(10) }),
});
const [rules] = z
  .tuple([z.strictObject({ groups: z.array(z.strictObject({ name: z.string(), rules: z.array(alertSchema) })) })])
  .parse(readYaml('deploy/prometheus/docmill.rules.yml'));
const alerts = rules.groups.flatMap((group) => group.rules);

const panelSchema = z.looseObject({
  title: z.string().min(1),
  gridPos: z.object({ x: z.int(), y: z.int(), w: z.int(), h: z.int() }),
  targets: z.array(z.looseObject({ expr: z.string().min(1) })).min(1),
});
const { panels } = z
  .looseObject({ uid: z.literal('docmill'), panels: z.array(panelSchema) })
  .parse(JSON.parse(readRepositoryFile('deploy/grafana/docmill.json')));

const expressions = [
  ...alerts.map(({ alert, expr }) => ({ name: alert, expr })),
  ...panels.flatMap(({ title, targets }) => targets.map(({ expr }) => ({ name: title, expr }))),
];
const known: Readonly<Record<string, { readonly type: string; readonly labels: readonly string[] }>> = metrics;

/** The metric that a series belongs to: a histogram has three of them. */
function metricOf(series: string): string {
  const base = series.replace(/_(bucket|sum|count)$/, '');
  return known[base]?.type === 'histogram' && base !== series ? base : series;
}

/** The metrics that an expression uses, with the labels that it selects them by. */
function selectorsIn(expr: string) {
  return [...expr.matchAll(/\b(docmill_\w+)(?:\{([^}]*)\})?/g)].map(([, series = '', selector = '']) => ({
    metric: metricOf(series),
    labels: [...selector.matchAll(/(\w+)\s*[=!]/g)].map(([, label = '']) => label),
  }));
}

describe.for(expressions)('$name', ({ expr }) => {
  test('uses metrics that there are, and labels that they have', () => {
    const selectors = selectorsIn(expr);
    expect(selectors.length).toBeGreaterThan(0);
    for (const { metric, labels } of selectors) {
      expect(Object.keys(known)).toContain(metric);
      expect(labels.filter((label) => known[metric]?.labels.includes(label) !== true)).toEqual([]);
    }
    const grouped = [...expr.matchAll(/\b(?:by|on|ignoring) ?\(([^)]*)\)/g)].flatMap(([, list = '']) =>
      list.split(/,\s*/).filter((label) => label !== ''),
    );
    const own = new Set([...selectors.flatMap(({ metric }) => known[metric]?.labels ?? []), 'le']);
    expect(grouped.filter((label) => !own.has(label))).toEqual([]);
  });
});

test('every metric but that of the version is in an alert or on the board of Grafana', () => {
  const used = new Set(expressions.flatMap(({ expr }) => selectorsIn(expr).map(({ metric }) => metric)));
  expect(Object.keys(metrics).filter((metric) => !used.has(metric))).toEqual(['docmill_build_info']);
});

test('docs/monitoring.md says of every alert what it means and what to do', () => {
  const page = readRepositoryFile('docs/monitoring.md');
  const rows = [...page.matchAll(/^\| `(Docmill\w+)` \| [^|]{20,} \| [^|]{20,} \|$/gm)].map(([, name]) => name);
  expect(rows).toEqual(alerts.map(({ alert }) => alert));
});

test('no two panels of the board lie on each other', () => {
  const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)},${y + Math.floor(cell / w)}`),
  );
  expect(new Set(cells).size).toBe(cells.length);
});
