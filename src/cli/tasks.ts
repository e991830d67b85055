import type { Command } from 'commander';
import { builtInTasks } from '../../schemas/tasks/index.ts';
import { type Config, readConfig } from '../config.ts';
import type { Model } from '../engine/engine.ts';
import { loadModel } from '../engine/load-model.ts';
import { listenForShutdown } from '../shutdown.ts';
import { compileTask } from '../task/compile-task.ts';
import { type TaskDescription, describeTask } from '../task/describe-task.ts';
import type { CompiledTask } from '../task/field.ts';
import { loadTask } from '../task/load-task.ts';
import { promptFrame } from '../task/prompt.ts';
import { engineChoices } from './engine-choices.ts';
import { formatCount } from '../format.ts';
import { localModel } from './local-model.ts';
import { printFacts, toTable } from './output.ts';
import { sharedOptions } from './shared-options.ts';

type TasksFlags = { readonly json?: boolean; readonly model?: string };

/** A task with what it costs under a model, if one was named. */
type CheckedTask = TaskDescription & { readonly instructions: string; readonly tokens?: TaskTokens };

type TaskTokens = {
  readonly model: string;
  /** Of the prompt without the document. */
  readonly prompt: number;
  /** The longest document, or chunk of one, that fits beside the prompt and the room that is kept for the answer. */
  readonly longestChunk: number;
};

export function addTasks(program: Command): void {
  program
    .command('tasks [task]')
    .description('List the built-in tasks, or check one: its compiled fields and its longest answer.')
    .addOption(sharedOptions.model())
    .addOption(sharedOptions.json())
    .addHelpText(
      'after',
      '\nWith --model, also the tokens of its prompt, and how long a document may be before it is cut.\n\nExamples:\n  $ docmill tasks\n  $ docmill tasks ./my-task.json --model m.gguf',
    )
    .action(tasks);
}

async function tasks(task: string | undefined, flags: TasksFlags): Promise<void> {
  using shutdown = listenForShutdown();
  const names = task === undefined ? Object.keys(builtInTasks) : [task];
  const compiled = await Promise.all(names.map(async (name) => compileTask(await loadTask(name))));
  const checked =
    flags.model === undefined
      ? compiled.map((one) => describe(one))
      : await checkUnder(flags.model, compiled, readConfig(flags, process.env, process.cwd()), shutdown.signal);
  await printFacts(flags.json, task === undefined ? checked : checked[0], checked.flatMap(toLines));
}

async function checkUnder(
  reference: string,
  compiled: readonly CompiledTask[],
  config: Config,
  signal: AbortSignal,
): Promise<CheckedTask[]> {
  await using model = await loadModel(await localModel(reference, config, signal), engineChoices(config));
  const checked: CheckedTask[] = [];
  for (const task of compiled) checked.push(describe(task, await countTokens(task, model)));
  return checked;
}

async function countTokens(task: CompiledTask, model: Model): Promise<TaskTokens> {
  await using engine = await model.openTask(task);
  const { before, after } = promptFrame(task);
  const prompt = [...before, ...after].reduce(
    (sum, segment) => sum + ('text' in segment ? model.countTokens(segment.text) : 1),
    0,
  );
  return { model: model.identity.name, prompt, longestChunk: engine.maxChunkTokens };
}

function describe(compiled: CompiledTask, tokens?: TaskTokens): CheckedTask {
  const { instructions } = compiled.task;
  return { ...describeTask(compiled), instructions, ...(tokens === undefined ? {} : { tokens }) };
}

function toLines({ name, kind, instructions, fields, worstCaseBytes, tokens }: CheckedTask): string[] {
  return [
    `${name} (${kind}): ${instructions}`,
    ...toTable(fields.map(({ pointer, type }) => [`  ${pointer}`, type])),
    `  longest answer: ${formatCount(worstCaseBytes)} bytes, and no more tokens than that`,
    ...(tokens === undefined
      ? []
      : [
          `  under \`${tokens.model}\`: a prompt of ${formatCount(tokens.prompt)} tokens, documents of up to ${formatCount(tokens.longestChunk)} tokens in one chunk`,
        ]),
  ];
}
