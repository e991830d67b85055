import { canonicalJson } from '../src/task/canonical-json.ts';
import type { JsonValue } from '../schemas/json.ts';
import { parseJson } from '../schemas/json.ts';
import { needsOf, withAnswerTokens } from './calibrate.ts';
import { type Experiment, experimentName } from './experiments.ts';
import { findProgram } from './peers/build-llama-cpp.ts';
import { judgeAnswers } from './report/judge-answers.ts';
import type { Result, Round } from './report/report.ts';
import { chooseSides } from './sides/choose-sides.ts';
import { type DocmillMeasurement, measureDocmill } from './sides/docmill.ts';
import type { Needs } from '../src/bench/limit.ts';
import { measureRates } from './sides/limit.ts';
import type { Place } from './sides/pinned.ts';
import type { Measurement, Prepared, Side } from './sides/side.ts';

/** An experiment that is ready to be measured as often as is wanted. */
export type OpenExperiment = {
  readonly result: Result;
  readonly mostRounds: number;
  /** Measures every side once, beginning with another one in every round; `keep` is called after each. */
  readonly measureRound: (round: number, keep: () => void) => Promise<void>;
};

type ExperimentOptions = {
  readonly model: string;
  readonly prepared: Prepared;
  readonly place: Place;
  /** Whether a side is to be measured, by its name. */
  readonly isWanted: (side: string) => boolean;
};

/** Lets docmill answer once, which says how long the answers are and what the limit is, and chooses the sides. */
export async function openExperiment(
  experiment: Experiment,
  { model, prepared, place, isWanted }: ExperimentOptions,
): Promise<OpenExperiment> {
  const first = await measureDocmill(model, prepared, place, { profile: true });
  const workload = withAnswerTokens(prepared, first);
  const needs = needsOf(prepared, first);
  const sides = chooseSides(experiment, model, place).filter(({ name }) => isWanted(name));
  const { model: name, workload: says } = experiment;
  const result: Result = {
    model: name,
    workload: says,
    says: prepared.says,
    needs,
    shares: first.shares ?? null,
    sides: {},
    limits: [],
  };
  return {
    result,
    mostRounds: experiment.mostRounds ?? Number.POSITIVE_INFINITY,
    measureRound: async (round, keep) => {
      for (const side of rotate(sides, round)) {
        const measured = toRound(await side.measure(workload), { workload, first });
        (result.sides[side.name] ??= []).push(measured);
        tell(experiment, side, measured);
        keep();
      }
      await measureLimit(result, { model, needs, place });
      keep();
    },
  };
}

function toRound(
  measured: Measurement,
  { workload, first }: { readonly workload: Prepared; readonly first: DocmillMeasurement },
): Round {
  const { answers, answerTokens, ...rest } = measured;
  const same = answers.filter((answer, index) => isSame(answer, first.answers[index] ?? null)).length;
  return {
    ...rest,
    answerTokens: answerTokens.reduce((sum, count) => sum + count, 0),
    agreement: same / Math.max(1, answers.length),
    ...judgeAnswers(workload, answers),
  };
}

function isSame(answer: JsonValue, other: JsonValue): boolean {
  const value = typeof answer === 'string' ? parseJson(answer) : answer;
  return value !== undefined && canonicalJson(value) === canonicalJson(other);
}

async function measureLimit(
  result: Result,
  { model, needs, place }: { readonly model: string; readonly needs: Needs; readonly place: Place },
): Promise<void> {
  if (findProgram('llama-bench') === undefined) return;
  result.limits.push(await measureRates(model, needs, place));
}

function rotate<T>(values: readonly T[], by: number): T[] {
  const first = by % values.length;
  return [...values.slice(first), ...values.slice(0, first)];
}

function tell(experiment: Experiment, { name }: Side, { documents, seconds, foreignShare }: Round): void {
  const foreign = foreignShare === null ? '' : `, core shared ${(100 * foreignShare).toFixed(0)} %`;
  const rate = (documents / seconds).toFixed(2);
  process.stderr.write(`${experimentName(experiment)}  ${name}: ${rate} documents/s${foreign}\n`);
}
