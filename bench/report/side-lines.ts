import { limitOf, peakOf, rateOf, shareOf, tokensPerSecond } from './figures.ts';
import { isCompared, type Result } from './report.ts';
import { gigabytes, percent, rate, table } from './table.ts';

/** For every model a table of all sides and workloads, in documents per second. */
export function sideLines(results: readonly Result[]): string[] {
  const compared = results.filter(isCompared);
  const models = [...new Set(compared.map(({ model }) => model))];
  return models.flatMap((model) =>
    modelLines(
      model,
      compared.filter((result) => result.model === model),
    ),
  );
}

function modelLines(model: string, results: readonly Result[]): string[] {
  const sides = [...new Set(results.flatMap((result) => Object.keys(result.sides)))].sort();
  const row = (name: string, cell: (result: Result) => string): string[] => [name].concat(results.map(cell));
  const rows = [
    ...sides.map((side) => row(side, (result) => rate(rateOf(result, side)))),
    row('the limit', (result) => rate(limitOf(result))),
    row('docmill’s share of the limit', (result) => percent(shareOf(result, 'docmill'))),
    row('docmill, tokens/s', (result) => rate(tokensPerSecond(result, 'docmill'))),
    row('docmill, time that is not evaluating', (result) => percent(1 - (result.shares?.evaluate ?? NaN))),
    row('docmill, peak memory', (result) => gigabytes(peakOf(result, 'docmill'))),
  ];
  return [
    `## Documents per second, \`${model}\` on every side`,
    results.map(legend).join('\n'),
    table(
      row('', ({ workload }) => workload),
      rows,
    ),
  ];
}

function legend({ workload, says, needs }: Result): string {
  const counts = `${needs.read.toFixed(0)} tokens read, ${needs.steps.toFixed(1)} chosen one by one`;
  return `- **${workload}**: ${says}; ${counts} behind ${needs.prefix} tokens of instructions`;
}
