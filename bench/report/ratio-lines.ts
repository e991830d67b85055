import { bestOf, isDefault, isPlain, isSchema, isTuned, ratioAcross, ratioOf } from './figures.ts';
import { isCompared, type Result } from './report.ts';
import { multiple, table } from './table.ts';

const COLUMNS = [
  { head: 'llama-server, best slots, no schema', fits: isTuned },
  { head: 'llama-server, best slots, json_schema', fits: isSchema },
  { head: 'llama-server, default flags', fits: isDefault },
  { head: 'node-llama-cpp, 8 sessions', fits: isPlain },
] as const;

/** How many times as fast docmill is, on every model and workload. */
export function ratioLines(results: readonly Result[]): string[] {
  const compared = results.filter(isCompared);
  if (compared.length === 0) return [];
  const rows = compared.map((result) =>
    [result.model, result.workload].concat(COLUMNS.map(({ fits }) => against(result, fits))),
  );
  return [
    '## How many times as fast docmill is',
    'Medians of the ratios within each round. docmill always holds to the schema; sides without a schema wrote as many tokens as docmill, and whatever they liked.',
    table(['model', 'workload', ...COLUMNS.map(({ head }) => head)], rows),
    ...acrossModels(compared),
  ];
}

function against(result: Result, fits: (side: string) => boolean): string {
  const other = bestOf(result, fits);
  return other === undefined ? '' : multiple(ratioOf(result, 'docmill', other));
}

/** docmill with Q4_0, which `docmill bench` chooses, against what a user of llama-server would start with. */
function acrossModels(results: readonly Result[]): string[] {
  const lines = results
    .filter(({ model }) => model === 'q4_0')
    .flatMap((own) => {
      const other = results.find(({ model, workload }) => model === 'q8_0' && workload === own.workload);
      const side = other === undefined ? undefined : bestOf(other, isDefault);
      if (other === undefined || side === undefined) return [];
      const gain = ratioAcross({ result: own, side: 'docmill' }, { result: other, side });
      return [`- ${own.workload}: ${multiple(gain)}`];
    });
  if (lines.length === 0) return [];
  return ['docmill on `q4_0` against llama-server on `q8_0` with default flags:', lines.join('\n')];
}
