import type { Command } from 'commander';
import { availableParallelism } from 'node:os';
import { type BenchWorkload, usualWorkloads, workloadOf } from '../bench/bench-workloads.ts';
import { type ModelFigures, agreementOf, chooseModelFigures, measureLimits } from '../bench/compare-models.ts';
import type { SpeedOptions } from '../bench/measure-speed.ts';
import { settingChoices } from '../bench/setting-choices.ts';
import { type TunedSettings, type TunedTrial, tryModel, tuneModel } from '../bench/tune-model.ts';
import { type Config, configPath, readConfig } from '../config.ts';
import type { Model } from '../engine/engine.ts';
import { identifyModel, loadModel } from '../engine/load-model.ts';
import { measureModel } from '../engine/measure-model.ts';
import { listenForShutdown } from '../shutdown.ts';
import { benchFacts, benchLines, trialLine } from './bench-lines.ts';
import { chooseModel, chooseTask } from './choose.ts';
import { engineChoices } from './engine-choices.ts';
import { note, printFacts } from './output.ts';
import { parseProbability, sharedOptions } from './shared-options.ts';
import { updateConfigFile } from './update-config-file.ts';

/** A model as it was asked for, and where it is. */
type GivenModel = { readonly given: string; readonly file: string };

type BenchFlags = {
  readonly model?: readonly string[];
  readonly task?: string;
  readonly schema?: string;
  readonly quick?: boolean;
  readonly write: boolean;
  readonly minAgreement: number;
  readonly json?: boolean;
};

/** Documents with fields; enough to fill the most slots that are tried. */
const DOCUMENTS = 32;
const QUICK_DOCUMENTS = 16;

export function addBench(program: Command): void {
  program
    .command('bench')
    .description('Measure this machine and model, find the best settings and write them to docmill.json.')
    .option('--model <model...>', 'a model, or several: the first one and what may replace it')
    .addOption(sharedOptions.task())
    .addOption(sharedOptions.schema())
    .option('--quick', 'fewer documents and fewer settings, for a first look')
    .option('--no-write', 'leave docmill.json as it is')
    .option('--min-agreement <share>', 'how many answers a model must share with the first', parseProbability, 0.98)
    .addOption(sharedOptions.json())
    .addHelpText(
      'after',
      `
Examples:
  $ docmill bench --model model.gguf --task invoice
  $ docmill bench --model model-Q8_0.gguf model-Q4_0.gguf --min-agreement 0.95
  $ docmill bench --quick --no-write --json | jq .best

It times one worker; let nothing else run meanwhile. N workers on N cores do a
little less than N times as much. The documents are made up, their size is that
of a page. "of the limit" compares with what reading and choosing the same
tokens costs when nothing is done around it.

What is best goes to docmill.json in this directory. Settings that change the
bytes of answers are frozen in each run at enqueue, and workers take them from
there. Of several models the fastest one is written whose answers agree with
those of the first; \`docmill eval\` says how good they are.`,
    )
    .action(bench);
}

async function bench(flags: BenchFlags): Promise<void> {
  using shutdown = listenForShutdown();
  const { signal } = shutdown;
  const config = readConfig({}, process.env, process.cwd());
  const workloads = await chooseWorkloads(flags);
  const [first, ...others] = await bringModels(flags, config, signal);
  const options = { workloads, signal, now: () => performance.now() };
  const trials: TunedTrial[] = [];
  const tuned = await tune(first, { ...options, config, quick: flags.quick === true }, (trial) => {
    trials.push(trial);
    note(trialLine(trial));
  });
  const own = await toFigures(first, tuned, tuned);
  const rivals: ModelFigures[] = [];
  for (const other of others) {
    const trial = await tryModel(tuned.settings, { ...options, load: loadWith(other, config) });
    if (trial.problem !== null) throw trial.problem;
    rivals.push(await toFigures(other, trial, tuned));
  }
  const models = [own, ...rivals];
  const best = chooseModelFigures(own, rivals, flags.minAgreement);
  await printFacts(flags.json, benchFacts(models, best, trials), benchLines(models, best));
  if (flags.write) await writeBest(best, { isChosen: others.length > 0 });
}

async function chooseWorkloads(flags: BenchFlags): Promise<readonly BenchWorkload[]> {
  const documents = flags.quick === true ? QUICK_DOCUMENTS : DOCUMENTS;
  const isGiven = flags.task !== undefined || flags.schema !== undefined;
  return isGiven ? [workloadOf(await chooseTask(flags), documents)] : usualWorkloads(documents);
}

async function bringModels(
  flags: BenchFlags,
  config: Config,
  signal: AbortSignal,
): Promise<readonly [GivenModel, ...GivenModel[]]> {
  const bring = async (given: string | undefined): Promise<GivenModel> => {
    const file = await chooseModel({ ...config, model: given }, signal);
    return { given: given ?? file, file };
  };
  const [first, ...others] = flags.model ?? [config.model];
  const models: [GivenModel, ...GivenModel[]] = [await bring(first)];
  for (const given of others) models.push(await bring(given));
  return models;
}

function loadWith({ file }: GivenModel, config: Config): (settings: TunedSettings) => Promise<Model> {
  return (settings) => loadModel(file, { ...engineChoices(config), ...settings });
}

async function tune(
  model: GivenModel,
  options: {
    readonly workloads: readonly BenchWorkload[];
    readonly config: Config;
    readonly quick: boolean;
  } & SpeedOptions,
  onTrial: (trial: TunedTrial) => void,
): Promise<TunedTrial> {
  const { settings } = await identifyModel(model.file);
  const choices = settingChoices(settings, { ...options, cores: availableParallelism() });
  const search = tuneModel({ ...options, choices, load: loadWith(model, options.config) });
  for (;;) {
    const { done, value } = await search.next();
    if (done === true) return value;
    onTrial(value);
  }
}

async function toFigures({ given, file }: GivenModel, trial: TunedTrial, first: TunedTrial): Promise<ModelFigures> {
  const limits = await measureLimits(trial, (sizes) => measureModel(file, trial.settings, sizes));
  const { identity } = await identifyModel(file);
  return { reference: given, identity, trial, limits, agreement: agreementOf(first, trial) };
}

/** The model only where there was a choice: else it is for the user to say which one is meant. */
async function writeBest(
  { reference, trial }: ModelFigures,
  { isChosen }: { readonly isChosen: boolean },
): Promise<void> {
  const path = configPath(process.cwd());
  await updateConfigFile(path, { ...trial.settings, ...(isChosen ? { model: reference } : {}) });
  note(`Written to \`${path}\`; runs that are enqueued from now on use these settings.`);
}
