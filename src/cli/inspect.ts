import type { Command } from 'commander';
import { basename } from 'node:path';
import type { ChunkResult } from '../../schemas/answer.ts';
import { valueAt } from '../../schemas/json.ts';
import type { ResultLine } from '../../schemas/result.ts';
import { readConfig } from '../config.ts';
import { programErrors } from '../errors.ts';
import type { Model } from '../engine/engine.ts';
import { loadModel } from '../engine/load-model.ts';
import { listenForShutdown } from '../shutdown.ts';
import type { CompiledTask } from '../task/field.ts';
import { renderPrompt } from '../task/prompt.ts';
import { answerDocument } from '../worker/answer-document.ts';
import { chooseModel, chooseTask } from './choose.ts';
import { engineChoices } from './engine-choices.ts';
import { print, toTable } from './output.ts';
import { sharedOptions } from './shared-options.ts';
import { toTerminal } from './terminal-text.ts';

type InspectFlags = {
  readonly task?: string;
  readonly schema?: string;
  readonly model?: string;
  readonly json?: boolean;
  readonly explain?: boolean;
};

export function addInspect(program: Command): void {
  program
    .command('inspect <file>')
    .description(
      'Answer one document without a queue and show how: prompt, tokens, answer, confidences, spans, timings.',
    )
    .addOption(sharedOptions.task())
    .addOption(sharedOptions.schema())
    .addOption(sharedOptions.model())
    .option('--explain', 'also measure how far the schema kept the model from what it would have written; slow')
    .addOption(sharedOptions.json())
    .addHelpText('after', '\nExample:\n  $ docmill inspect examples/tickets/0001*.txt --task ticket')
    .action(inspect);
}

async function inspect(file: string, flags: InspectFlags): Promise<void> {
  using shutdown = listenForShutdown();
  const config = readConfig(flags, process.env, process.cwd());
  const task = await chooseTask(flags);
  await using model = await loadModel(await chooseModel(config, shutdown.signal), engineChoices(config));
  const asked = flags.explain === true ? explaining(model) : model;
  const answered = await answerDocument(file, { id: basename(file), task, model: asked, signal: shutdown.signal });
  const { line, text, results, seconds } = answered;
  if (line.status === 'failed') process.exitCode = programErrors.DOCUMENTS_FAILED.exit;
  if (flags.json === true) {
    await print(JSON.stringify({ line, prompt: renderPrompt(task, text ?? ''), results, seconds }));
    return;
  }
  if (text !== null) await print(promptForPeople(task, text));
  const explained = results.flatMap(explanationLines);
  for (const shown of [...answerLines(line), ...explained, '', ...results.map(tokenLine), `${seconds.toFixed(3)} s`])
    await print(shown);
}

/** The prompt as the model gets it, control tokens in angle brackets. */
export function promptForPeople(task: CompiledTask, text: string): string {
  const parts = renderPrompt(task, text).map((segment) => ('control' in segment ? segment.control : segment.text));
  return toTerminal(parts.join(''), 'keep-lines');
}

function answerLines(line: ResultLine): string[] {
  const flags = line.flags === undefined ? [] : [`flags: ${line.flags.join(', ')}`];
  if (line.status !== 'ok') return ['', `${line.status}: ${line.error.code}, ${line.error.message}`, ...flags];
  const rows = Object.entries(line.confidence).map(([pointer, confidence]) => [
    pointer,
    confidence.toFixed(4),
    toTerminal(JSON.stringify(valueAt(line.answer, pointer)) ?? 'null'),
    [spanText(line, pointer), runnersUp(line, pointer)].filter((part) => part !== '').join('  '),
  ]);
  return ['', toTerminal(JSON.stringify(line.answer)), '', ...toTable(rows), ...flags];
}

function spanText({ spans }: Extract<ResultLine, { status: 'ok' }>, pointer: string): string {
  const span = spans?.[pointer];
  if (span === undefined) return '';
  const verbatim = span.text === undefined ? '' : ` ${toTerminal(JSON.stringify(span.text))}`;
  return `at ${span.start}-${span.end}${verbatim}`;
}

/** The labels beside the chosen one, the likeliest first. */
function runnersUp({ labels }: Extract<ResultLine, { status: 'ok' }>, pointer: string): string {
  const others = Object.entries(labels?.[pointer] ?? {})
    .sort(([, one], [, other]) => other - one)
    .slice(1, 4);
  return others.map(([label, probability]) => `${toTerminal(label)} ${probability.toFixed(4)}`).join(', ');
}

function explaining(model: Model): Model {
  return { ...model, openTask: (task) => model.openTask(task, { explain: true }) };
}

/** What the schema did to the values of one chunk that are no labels. */
function explanationLines(result: ChunkResult): string[] {
  const explanations = Object.entries((result.status === 'answered' && result.answer.explanations) || {});
  if (explanations.length === 0) return [];
  const rows = explanations.map(([pointer, { mean, least, removed }]) => [
    pointer,
    mean.toFixed(4),
    least.toFixed(4),
    removed.toFixed(4),
  ]);
  const head = ['under the schema', 'mean', 'least', 'most removed'];
  return ['', ...toTable([head, ...rows])];
}

function tokenLine(result: ChunkResult): string {
  if (result.status === 'failed') return `failed: ${result.failure.code}`;
  const { prompt, cached, forced, chosen } = result.answer.tokens;
  return `tokens: ${prompt} prompt (${cached} cached), ${forced} forced, ${chosen} chosen`;
}
