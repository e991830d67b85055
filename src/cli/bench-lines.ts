import type { ModelFigures } from '../bench/compare-models.ts';
import type { Speed } from '../bench/measure-speed.ts';
import type { TunedSettings, TunedTrial } from '../bench/tune-model.ts';
import { formatCount } from '../format.ts';
import { toTable } from './output.ts';
import { toTerminal } from './terminal-text.ts';

/** A trial in one line: what was tried, and how fast every workload was. */
export function trialLine(trial: TunedTrial): string {
  const rates = Object.entries(trial.speeds).map(([name, speed]) => `${name} ${formatSpeed(speed)}`);
  return `${settingsText(trial.settings)}: ${trial.problem?.message ?? rates.join(', ')}`;
}

/** The models side by side with the settings that were found. */
export function benchLines(models: readonly ModelFigures[], best: ModelFigures): string[] {
  const rows = models.flatMap(({ identity, trial, limits, agreement }) =>
    Object.entries(trial.speeds).map(([workload, speed]) => {
      const limit = limits[workload] ?? null;
      return [
        toTerminal(identity.name),
        workload,
        formatSpeed(speed),
        formatCount(tokensPerSecond(speed)),
        limit === null ? '-' : formatShare(documentsPerSecond(speed) / limit),
        formatShare(agreement),
      ];
    }),
  );
  const heads = ['model', 'workload', 'documents', 'tokens/s', 'of the limit', 'same answers'];
  return [
    ...toTable([heads, ...rows]),
    '',
    `best: ${toTerminal(best.identity.name)}, ${settingsText(best.trial.settings)}`,
  ];
}

/** The same as JSON. */
export function benchFacts(models: readonly ModelFigures[], best: ModelFigures, trials: readonly TunedTrial[]) {
  return {
    trials: trials.map(trialFacts),
    models: models.map(({ reference, identity, trial, limits, agreement }) => {
      return { reference, ...identity, ...trialFacts(trial), limits, agreement };
    }),
    best: { model: best.reference, ...best.trial.settings },
  };
}

function trialFacts({ settings, rate, speeds, problem }: TunedTrial) {
  const workloads = Object.entries(speeds).map(([name, speed]): [string, object] => {
    const { documents, seconds, needs } = speed;
    return [
      name,
      {
        documents,
        seconds,
        documentsPerSecond: documentsPerSecond(speed),
        tokensPerSecond: tokensPerSecond(speed),
        ...needs,
      },
    ];
  });
  return { settings, rate, problem: problem?.message ?? null, workloads: Object.fromEntries(workloads) };
}

function settingsText({ threads, flashAttention, batchTokens, slots }: TunedSettings): string {
  return `slots ${slots}, batchTokens ${batchTokens}, flashAttention ${flashAttention}, threads ${threads}`;
}

function documentsPerSecond({ documents, seconds }: Speed): number {
  return documents / seconds;
}

/** Tokens that were read and chosen; the shared beginning of the prompts is read once and not counted. */
function tokensPerSecond(speed: Speed): number {
  return documentsPerSecond(speed) * (speed.needs.read + speed.needs.steps);
}

function formatSpeed(speed: Speed): string {
  const rate = documentsPerSecond(speed);
  return `${rate >= 99.95 ? formatCount(rate) : rate.toPrecision(3)}/s`;
}

function formatShare(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}
