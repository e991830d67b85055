import type { WorkloadName } from './workloads/workload.ts';

/** A model and a workload, and which sides answer it. */
export type Experiment = {
  readonly model: ModelName;
  readonly workload: WorkloadName | 'ticket' | 'invoice';
  readonly sides: 'all' | 'docmill' | 'docmill and the best peer' | 'gold';
  /** At most so many rounds, where a round takes a quarter of an hour. */
  readonly mostRounds?: number;
};

/** Models of the full shape by their names in `models/variants.py`, and the demo model with its variants. */
export type ModelName =
  | 'q8_0'
  | 'q4_0'
  | 'q4_0-embedding-q8_0'
  | 'q4_0-untied'
  | 'q4_0-pruned'
  | 'q4_0-sure'
  | 'q8_0-untied'
  | 'q8_0-output-q4_0'
  | 'demo'
  | 'demo-q4_0'
  | 'demo-q4_0-embedding-q8_0'
  | 'demo-q8_0-untied'
  | 'demo-q8_0-output-q4_0'
  | 'demo-q4_0-untied';

const everyPeer: readonly Experiment[] = (['short-8', 'short-77', 'W1', 'W2', 'W3'] as const).flatMap((workload) =>
  (['q8_0', 'q4_0'] as const).map((model) => ({ model, workload, sides: 'all' })),
);
const longDocuments: readonly Experiment[] = (['q4_0', 'q8_0'] as const).map((model) => {
  return { model, workload: 'long', sides: 'all', mostRounds: 1 };
});
const withGold: readonly Experiment[] = (['ticket', 'invoice'] as const).map((workload) => {
  return { model: 'demo', workload, sides: 'gold' };
});
const levers: readonly Experiment[] = [
  { model: 'q4_0', workload: 'W1-short-prompt', sides: 'docmill and the best peer' },
  { model: 'q4_0-pruned', workload: 'W1', sides: 'docmill' },
  { model: 'q4_0-pruned', workload: 'W3', sides: 'docmill' },
  { model: 'q4_0-pruned', workload: 'short-77', sides: 'docmill' },
  { model: 'q4_0-sure', workload: 'short-77', sides: 'docmill and the best peer' },
];
/** How the output matrix is stored: for speed the full shape, for answers the demo model. */
const heads: readonly Experiment[] = [
  ...(['q4_0-embedding-q8_0', 'q4_0-untied', 'q8_0-untied', 'q8_0-output-q4_0'] as const).flatMap((model) =>
    (['W1', 'W3'] as const).map((workload): Experiment => ({ model, workload, sides: 'docmill' })),
  ),
  ...(
    ['demo-q4_0', 'demo-q4_0-embedding-q8_0', 'demo-q4_0-untied', 'demo-q8_0-untied', 'demo-q8_0-output-q4_0'] as const
  ).flatMap((model) =>
    (['ticket', 'invoice'] as const).map((workload): Experiment => ({ model, workload, sides: 'docmill' })),
  ),
];

/** Everything that is measured, in the order of a round. */
export const experiments: readonly Experiment[] = [...everyPeer, ...withGold, ...levers, ...heads, ...longDocuments];

export function experimentName({ model, workload }: Experiment): string {
  return `${model}/${workload}`;
}
