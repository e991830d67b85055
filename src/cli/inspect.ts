import type { Command } from 'commander';
import { styleText } from 'node:util';
import { basename } from 'node:path';
import { readConfig } from '../config.ts';
import { AppError, programErrors } from '../errors.ts';
import type { Model } from '../engine/engine.ts';
import { loadModel } from '../engine/load-model.ts';
import { listenForShutdown } from '../shutdown.ts';
import { renderPrompt } from '../task/prompt.ts';
import { answerDocument } from '../worker/answer-document.ts';
import { chooseModel, chooseTask } from './choose.ts';
import { engineChoices } from './engine-choices.ts';
import { explanationLines } from './inspection/explanation-lines.ts';
import type { Inspection } from './inspection/inspection.ts';
import { promptForPeople } from './inspection/prompt-for-people.ts';
import { toLines } from './inspection/to-lines.ts';
import { toPage } from './inspection/to-page.ts';
import { note, print } from './output.ts';
import { sharedOptions } from './shared-options.ts';
import { toTerminal } from './terminal-text.ts';
import { writeWhole } from './write-whole.ts';

type InspectFlags = {
  readonly task?: string;
  readonly schema?: string;
  readonly model?: string;
  readonly json?: boolean;
  readonly explain?: boolean;
  readonly html?: string;
};

export function addInspect(program: Command): void {
  program
    .command('inspect <file>')
    .description(
      'Answer one document without a queue and show how: its text with the spans, every value with its confidence and its runners-up, chunks, tokens, times.',
    )
    .addOption(sharedOptions.task())
    .addOption(sharedOptions.schema())
    .addOption(sharedOptions.model())
    .option(
      '--explain',
      'also show the prompt, and how far the schema kept the model from what it would have written; slow',
    )
    .option('--html <page>', 'write it as a page of its own for a browser instead; - for stdout')
    .addOption(sharedOptions.json())
    .addHelpText(
      'after',
      '\nExamples:\n  $ docmill inspect examples/tickets/0001*.txt --task ticket\n  $ docmill inspect contract.txt --task contract.ts --model m.gguf --html page.html',
    )
    .action(inspect);
}

async function inspect(file: string, flags: InspectFlags): Promise<void> {
  if (flags.html === '-' && flags.json === true) {
    throw new AppError('USAGE', 'Expected either `--html -` or `--json`, got both for stdout.');
  }
  using shutdown = listenForShutdown();
  const config = readConfig(flags, process.env, process.cwd());
  const task = await chooseTask(flags);
  const chosen = await chooseModel(config, shutdown.signal);
  const startedMs = performance.now();
  // What else a label could have been is shown whatever the lines of runs hold.
  await using model = await loadModel(chosen, { ...engineChoices(config), labelProbabilities: undefined });
  const loadSeconds = (performance.now() - startedMs) / 1000;
  const asked = flags.explain === true ? explaining(model) : model;
  const answered = await answerDocument(file, { id: basename(file), task, model: asked, signal: shutdown.signal });
  if (answered.line.status === 'failed') process.exitCode = programErrors.DOCUMENTS_FAILED.exit;
  await show({ file, task, model: model.identity.name, answered, loadSeconds }, flags);
}

async function show(inspection: Inspection, flags: InspectFlags): Promise<void> {
  if (flags.html !== undefined) {
    await writeWhole(flags.html, asLines([toPage(inspection)]));
    if (flags.html !== '-') note(`Wrote \`${toTerminal(flags.html)}\`.`);
  }
  if (flags.json === true) await print(toJson(inspection));
  else if (flags.html === undefined) await printLines(inspection, flags.explain === true);
}

function toJson({ task, answered, loadSeconds }: Inspection): string {
  const { line, chunks, results, seconds } = answered;
  const prompt = renderPrompt(task, firstChunk(answered));
  return JSON.stringify({ line, prompt, chunks, results, seconds: { load: loadSeconds, ...seconds } });
}

async function printLines(inspection: Inspection, explain: boolean): Promise<void> {
  const { task, answered } = inspection;
  const look = { width: process.stdout.columns ?? 80, coloured: hasColours() };
  const prompt = explain && answered.text !== null ? [promptForPeople(task, firstChunk(answered)), ''] : [];
  for (const line of [...prompt, ...toLines(inspection, look), ...explanationLines(answered.results)]) {
    await print(line);
  }
}

function firstChunk({ text, chunks }: Inspection['answered']): string {
  return text?.slice(chunks[0]?.start, chunks[0]?.end) ?? '';
}

/** On a terminal, unless `NO_COLOR` is set; elsewhere with `FORCE_COLOR`. */
function hasColours(): boolean {
  return styleText('bold', 'x', { stream: process.stdout }) !== 'x';
}

async function* asLines(lines: readonly string[]): AsyncGenerator<string> {
  yield* lines;
}

function explaining(model: Model): Model {
  return { ...model, openTask: (task) => model.openTask(task, { explain: true }) };
}
