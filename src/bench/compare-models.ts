import type { EvaluationRates, RateSizes } from '../engine/decode/measure-rates.ts';
import type { ModelIdentity } from '../../schemas/run.ts';
import { canonicalJson } from '../task/canonical-json.ts';
import { toLimit } from './limit.ts';
import type { TunedTrial } from './tune-model.ts';

/** A model with the settings that were found, and how it stands beside the first one. */
export type ModelFigures = {
  readonly reference: string;
  readonly identity: ModelIdentity;
  readonly trial: TunedTrial;
  /** Documents per second that nothing can pass, by workload; null where it was not measured. */
  readonly limits: Readonly<Record<string, number | null>>;
  /** Share of the answers that are the first model's. */
  readonly agreement: number;
};

/** Measures how fast each workload of a trial could be at the most. */
export async function measureLimits(
  { speeds }: TunedTrial,
  measure: (sizes: RateSizes) => Promise<EvaluationRates | null>,
): Promise<Record<string, number | null>> {
  const limits: Record<string, number | null> = {};
  for (const [name, { needs }] of Object.entries(speeds)) {
    const sizes = { prefix: Math.max(1, Math.round(needs.prefix)), read: Math.max(1, Math.round(needs.read)) };
    const rates = await measure(sizes);
    limits[name] = rates === null ? null : toLimit(needs, rates);
  }
  return limits;
}

/** The share of documents that two models answer alike, over all workloads. */
export function agreementOf(one: TunedTrial, other: TunedTrial): number {
  const pairs = Object.entries(one.speeds).flatMap(([name, { answers }]) =>
    answers.map((answer, index) => [answer, other.speeds[name]?.answers[index]] as const),
  );
  const same = pairs.filter(
    ([answer, others]) => others !== undefined && canonicalJson(answer) === canonicalJson(others),
  );
  return same.length / Math.max(1, pairs.length);
}

/** The fastest of the first model and those that agree enough with it. */
export function chooseModelFigures(
  first: ModelFigures,
  others: readonly ModelFigures[],
  minAgreement: number,
): ModelFigures {
  return others
    .filter(({ agreement }) => agreement >= minAgreement)
    .reduce((best, model) => (model.trial.rate > best.trial.rate ? model : best), first);
}
