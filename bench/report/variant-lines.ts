import { peakOf, ratioAcross, rateOf } from './figures.ts';
import { isCompared, type Result } from './report.ts';
import { gigabytes, multiple, percent, rate, table } from './table.ts';

/** What makes docmill faster than the limit of the plain model: shorter instructions, fewer pieces. */
export function leverLines(results: readonly Result[]): string[] {
  const rows = results.filter(isLever).map((result) => {
    const workload = result.workload.replace('-short-prompt', '');
    const base = results.find((other) => other.model === 'q4_0' && other.workload === workload);
    return [
      result.model,
      result.workload,
      rate(rateOf(result, 'docmill')),
      gainOver(result, base),
      gigabytes(peakOf(result, 'docmill')),
    ];
  });
  if (rows.length === 0) return [];
  const heads = ['model', 'workload', 'documents/s', 'against `q4_0` with long instructions', 'peak memory'];
  return ['## Levers beyond the limit', table(heads, rows)];
}

/** How the output matrix and the embedding are stored: speed on the full shape, answers on the demo model. */
export function variantLines(results: readonly Result[]): string[] {
  const rows = results
    .filter((result) => !isCompared(result) && !isLever(result))
    .map((result) => {
      const base = baseOf(result);
      const own = results.find(({ model, workload }) => model === base && workload === result.workload);
      return [result.model, result.workload, base, gainOver(result, own), rightOf(result), rightOf(own)];
    });
  if (rows.length === 0) return [];
  return [
    '## How the output matrix is stored',
    'Speed on the full shape with random weights; whole answers right on the demo model, whose weights are rounded again from its Q8_0 file.',
    table(['model', 'workload', 'against', 'speed', 'whole answers right', 'of the other'], rows),
  ];
}

const isLever = ({ model, workload }: Result): boolean => model === 'q4_0-pruned' || workload.endsWith('-short-prompt');

function baseOf({ model }: Result): string {
  if (model.startsWith('demo')) return 'demo';
  return model.startsWith('q4_0') ? 'q4_0' : 'q8_0';
}

function gainOver(result: Result, base: Result | undefined): string {
  if (base === undefined) return '';
  return multiple(ratioAcross({ result, side: 'docmill' }, { result: base, side: 'docmill' }));
}

/** Greedy answers are the same in every round. */
function rightOf(result: Result | undefined): string {
  const exact = result?.sides['docmill']?.[0]?.exact ?? null;
  return exact === null ? '' : percent(exact);
}
