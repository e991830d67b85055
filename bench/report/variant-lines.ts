import { ANSWER_ALONE } from '../sides/side.ts';
import { bestOf, isTuned, peakOf, ratioAcross, ratioOf, rateOf } from './figures.ts';
import { isCompared, type Result } from './report.ts';
import { gigabytes, multiple, percent, rate, table } from './table.ts';

/** What makes docmill faster than the limit of one plain task on the plain model. */
export function leverLines(results: readonly Result[]): string[] {
  const find = (model: string, workload: string): Result | undefined =>
    results.find((result) => result.model === model && result.workload === workload);
  const rows = [
    lever('instructions of a dozen tokens, not 150', find('q4_0', 'W1-short-prompt'), find('q4_0', 'W1')),
    lever('32,768 pieces, not 262,144', find('q4_0-pruned', 'W1'), find('q4_0', 'W1')),
    lever('32,768 pieces, not 262,144', find('q4_0-pruned', 'W3'), find('q4_0', 'W3')),
    lever('32,768 pieces, not 262,144', find('q4_0-pruned', 'short-77'), find('q4_0', 'short-77')),
    lever('weights that give a label 0.8, not 0.04', find('q4_0-sure', 'short-77'), find('q4_0', 'short-77')),
    lever('those, and the probability of the answer alone', find('q4_0-sure', 'short-77'), find('q4_0', 'short-77'), {
      side: ANSWER_ALONE,
    }),
    lever('three labels in one task, not in three', find('q4_0', 'W2'), find('q4_0', 'W1'), { tasks: 3 }),
  ].filter((row) => row.length > 0);
  if (rows.length === 0) return [];
  const heads = ['lever', 'workload', 'documents/s', 'times as fast', 'peak memory', 'times as fast as llama-server'];
  const dedupe =
    'Beside these, `--dedupe` answers equal documents once: where a share *s* of a set repeats others, that is 1 / (1 − *s*) times as fast.';
  return [
    '## Levers beyond the limit',
    'docmill on `q4_0` or, where the lever says so, another file of the same weights; llama-server without a schema, with the best count of slots that was measured beside it.',
    table(heads, rows),
    dedupe,
  ];
}

/** One row, or none where it was not measured; `tasks` is how many passes of the other one are saved. */
function lever(
  name: string,
  result: Result | undefined,
  base: Result | undefined,
  { tasks = 1, side = 'docmill' }: { readonly tasks?: number; readonly side?: string } = {},
): string[] {
  if (result?.sides[side] === undefined || base === undefined) return [];
  const gain = tasks * ratioAcross({ result, side }, { result: base, side: 'docmill' });
  const server = bestOf(result, isTuned);
  return [
    name,
    base.workload,
    rate(rateOf(result, side)),
    multiple(gain),
    gigabytes(peakOf(result, side)),
    server === undefined ? '' : multiple(ratioOf(result, side, server)),
  ];
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

const isLever = ({ model, workload }: Result): boolean =>
  ['q4_0-pruned', 'q4_0-sure'].includes(model) || workload.endsWith('-short-prompt');

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
