import type { Machine } from '../machine.ts';
import { gigabytes, percent, table } from '../report/table.ts';
import type { Comparison } from './compare.ts';
import type { DataSet } from './data-set.ts';
import type { Budget } from './options.ts';
import type { Figures } from './scores.ts';

/** Everything that was measured in one run of the benchmark. */
export type QualityReport = {
  readonly date: string;
  readonly machine: Machine;
  /** Of training, for each data set. */
  readonly budget: Budget;
  readonly lr: number;
  readonly type: string;
  readonly start: { readonly name: string; readonly sha256: string };
  readonly comparisons: readonly Comparison[];
};

/** The page `docs/benchmarks/quality.md`. */
export function toPage(report: QualityReport, dataSets: readonly DataSet[]): string {
  const parts = report.comparisons.flatMap((comparison) => {
    const dataSet = dataSets.find(({ name }) => name === comparison.dataSet);
    return dataSet === undefined ? [] : [toSection(comparison, dataSet)];
  });
  return `${[`# Quality on public data`, INTRODUCTION, ...parts, conditionsOf(report)].join('\n\n')}\n`;
}

const INTRODUCTION = `How far does the demo model go on real data, and how far do real models go? **The demo model is not Gemma.** It has 4 million parameters, knows no language beyond invented documents, and was fine-tuned here for minutes on one core; a real model of 270 million parameters starts from trillions of words. What the first rows show is that the way from labelled documents to scores works on real data, and what a simple baseline reaches there. **Where a baseline does better, use the baseline, or fine-tune a real model** (\`docs/fine-tuning.md\`).`;

function toSection({ documents, leftOut, training, model, baseline }: Comparison, dataSet: DataSet): string {
  const columns = Object.keys(model);
  const toCells = (figures: Figures): string[] => columns.map((column) => percent(figures[column] ?? Number.NaN));
  const rows = [
    ['demo model, fine-tuned, under docmill', ...toCells(model)],
    [`baseline: ${dataSet.baseline.name}`, ...toCells(baseline)],
  ];
  const left = Object.entries(leftOut).filter(([, count]) => count > 0);
  const reasons = left.map(([reason, count]) => `${count} whose document ${reason}`).join(', ');
  return [
    `## ${dataSet.title}`,
    table(['measured here, same test documents', ...columns], rows),
    table(
      [`published, other conditions: ${dataSet.publishedMeasure}`, 'parameters', 'score', 'source'],
      dataSet.published.map(({ model: name, parameters, score, source }) => [name, parameters, percent(score), source]),
    ),
    `${dataSet.about} ${documents.train} training and ${documents.test} test documents${left.length > 0 ? `; left out of training: ${reasons}` : ''}. Training: ${training.steps} steps, ${(training.tokens / 1e6).toFixed(1)} million tokens, ${toMinutes(training.seconds)} minutes, ${toMinutes(training.cpuSeconds)} of them on the processor.`,
  ].join('\n\n');
}

function conditionsOf({ date, machine, budget, lr, type, start }: QualityReport): string {
  return [
    '## Conditions',
    [
      `- begun ${date.slice(0, 10)}; ${budget.value.toLocaleString('en')} ${budget.unit} of training for each data set, one thread, from \`${start.name}\` (sha256 \`${start.sha256.slice(0, 16)}…\`); AdamW ${lr}, seed 1, ${type.toUpperCase()}`,
      `- ${machine.cpu}, ${machine.cores} cores, ${gigabytes(machine.memoryBytes)}, ${machine.system}; docmill ${machine.docmill}, node-llama-cpp ${machine.nodeLlamaCpp}, Node ${machine.node}`,
      '- the demo model goes the way of any model: `docmill export`, `finetune/train.py`, `finetune/export.py`, `docmill eval`; the baseline is scored by the same code on the same documents',
      '- published scores were measured by others with other code, other measures and, for receipts, with the places of the words on the page; they say what real models reach, not who is better by a point',
      '- test documents chose nothing: no option, no wording of a task and no regular expression',
      `- made by \`npm run bench:quality -- --${budget.unit} ${budget.value} --out docs/benchmarks\`, with the public data at \`DOCMILL_TEST_DATA\``,
    ].join('\n'),
  ].join('\n\n');
}

function toMinutes(seconds: number): string {
  return (seconds / 60).toFixed(1);
}
