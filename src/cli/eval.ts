import { type Command, InvalidArgumentError } from 'commander';
import type { JsonObject } from '../../schemas/json.ts';
import { readConfig } from '../config.ts';
import type { Model } from '../engine/engine.ts';
import { loadModel } from '../engine/load-model.ts';
import { AppError } from '../errors.ts';
import { evaluate } from '../evaluation/evaluate.ts';
import { type DocumentJudgement, judgeDocument } from '../evaluation/judge-document.ts';
import { type GoldDocument, goldError, readGold } from '../evaluation/read-gold.ts';
import { toFinalGold } from '../evaluation/to-final-gold.ts';
import { createOutcomeCounts } from '../ledger/count-outcomes.ts';
import { createRateMeter } from '../ledger/rate-meter.ts';
import { listenForShutdown } from '../shutdown.ts';
import type { CompiledTask } from '../task/field.ts';
import { answerGold } from './answer-gold.ts';
import { chooseGold, chooseModel, chooseTask } from './choose.ts';
import { engineChoices } from './engine-choices.ts';
import { evaluationLines } from './evaluation-lines.ts';
import { printFacts } from './output.ts';
import { createProgressReporter } from './progress.ts';
import { parseCount, parseProbability, sharedOptions } from './shared-options.ts';

type EvalFlags = {
  readonly task?: string;
  readonly schema?: string;
  readonly gold?: string;
  readonly documents?: string;
  readonly model?: string;
  readonly limit?: number;
  readonly targetAccuracy: number;
  readonly json?: boolean;
};

export function addEval(program: Command): void {
  program
    .command('eval')
    .description('Score a model on documents with gold answers: by label, by field, by document, and its confidences.')
    .addOption(sharedOptions.task())
    .addOption(sharedOptions.schema())
    .addOption(sharedOptions.gold())
    .addOption(sharedOptions.documents())
    .addOption(sharedOptions.model())
    .option('--limit <n>', 'only the first n documents', parseLimit)
    .option(
      '--target-accuracy <share>',
      'find the confidence from which on this share is right',
      parseProbability,
      0.95,
    )
    .addOption(sharedOptions.json())
    .addHelpText(
      'after',
      `
Examples:
  $ docmill eval --task ticket --gold examples/tickets.gold.jsonl --documents examples/tickets
  $ docmill eval --task invoice --gold held-out.jsonl --model model.gguf --json | jq .micro`,
    )
    .action(evaluateModel);
}

/** Of no document there is no score. */
function parseLimit(text: string): number {
  const limit = parseCount(text);
  if (limit > 0) return limit;
  throw new InvalidArgumentError('Expected a whole number from 1.');
}

async function evaluateModel(flags: EvalFlags): Promise<void> {
  using shutdown = listenForShutdown();
  const config = readConfig({ model: flags.model }, process.env, process.cwd());
  const gold = chooseGold(flags);
  const task = await chooseTask(flags);
  const documents = await readFinalGold(task, gold, flags);
  await using model = await loadModel(await chooseModel(config, shutdown.signal), engineChoices(config));
  const judgements = await judgeAll(documents, { task, model, signal: shutdown.signal }).catch((cause: unknown) => {
    if (!shutdown.signal.aborted) throw cause;
    throw new AppError('INCOMPLETE', 'Stopped before every document was answered; nothing was scored.', { cause });
  });
  const evaluation = evaluate(judgements, flags.targetAccuracy);
  const facts = { task: task.task.name, taskSha256: task.sha256, model: model.identity, ...evaluation };
  await printFacts(flags.json, facts, evaluationLines(evaluation));
}

type FinalGold = GoldDocument & { readonly final: JsonObject };

async function judgeAll(
  documents: readonly FinalGold[],
  options: { readonly task: CompiledTask; readonly model: Model; readonly signal: AbortSignal },
): Promise<DocumentJudgement[]> {
  const judgements: DocumentJudgement[] = [];
  const outcomes = createOutcomeCounts();
  const meter = createRateMeter();
  using progress = createProgressReporter();
  for await (const batch of answerGold(documents, options)) {
    for (const { document, text, line } of batch) {
      judgements.push(judgeDocument(options.task, { given: document.gold, final: document.final, text }, line));
      outcomes.add(line);
    }
    meter.add(Date.now(), batch.length);
    const rate = meter.rate(Date.now());
    progress.update({
      round: 1,
      shards: { done: 0, total: 0 },
      documents: { done: judgements.length, total: documents.length },
      outcomes: outcomes.counts(),
      rate,
      etaSeconds: rate === null || rate === 0 ? null : (documents.length - judgements.length) / rate,
      etaError: null,
      uncounted: 0,
    });
  }
  return judgements;
}

/** All of it before the first document is answered: a wrong line at the end must not cost an hour. */
async function readFinalGold(
  task: CompiledTask,
  path: string,
  { documents, limit = Number.POSITIVE_INFINITY }: EvalFlags,
): Promise<FinalGold[]> {
  const all = [];
  for await (const document of readGold(path, documents)) {
    const gold = toFinalGold(task, document.gold);
    if (gold.status === 'wrong') throw goldError(document, gold.problem);
    if (all.length < limit) all.push({ ...document, final: gold.answer });
  }
  return all;
}
