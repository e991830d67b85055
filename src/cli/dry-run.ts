import { resolve } from 'node:path';
import type { Reading } from '../documents/document.ts';
import { openInputs } from '../documents/find-documents.ts';
import { openParser } from '../documents/parse-apart/open-parser.ts';
import { readDocument } from '../documents/read-document.ts';
import type { EngineChoices } from '../engine/engine.ts';
import { identifyModel, loadModel } from '../engine/load-model.ts';
import { AppError } from '../errors.ts';
import { realLocation } from '../object-storage/location.ts';
import { type EarlierLines, openEarlierLines } from '../producer/earlier-lines.ts';
import { estimateTokens } from '../producer/plan-shards.ts';
import { type Survey, estimateSeconds, surveyDocuments } from '../producer/survey-documents.ts';
import { toQuestion } from '../producer/to-question.ts';
import type { CompiledTask } from '../task/field.ts';
import { prepareText } from '../worker/prepare-document.ts';
import { chooseInputs } from './choose.ts';
import { formatBytes, formatCount, formatDuration, plural } from '../format.ts';
import { promptForPeople } from './inspection/prompt-for-people.ts';
import { printFacts } from './output.ts';
import { chooseEarlier, describeDocuments, noteIgnored, toRecordFields, toSelection } from './plan.ts';
import type { PlanFlags } from './shared-options.ts';

type Timing = { readonly seconds: number; readonly tokens: number };

/** Says what a run would be: how many documents, how long, and one prompt. Answers a small sample; writes nothing. */
export async function dryRun(
  flags: PlanFlags,
  {
    out,
    ...options
  }: {
    readonly task: CompiledTask;
    readonly model: string;
    readonly choices: EngineChoices;
    readonly out: string;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  const { task, signal } = options;
  const given = chooseInputs(flags);
  // The runs are no documents of the run; where there are none yet, there is nothing to leave out.
  const exclude = await realLocation(out).catch(() => resolve(out));
  const dedupe = flags.dedupe === true;
  const reading = { records: toRecordFields(flags), keep: flags.keep };
  await using inputs = await openInputs(given, {
    stdin: process.stdin,
    storeDirectory: null,
    exclude,
    reading,
    compareRecords: dedupe,
  });
  await using earlier = await openEarlier(flags, { out, ...options });
  const survey = await surveyDocuments(inputs, { ...toSelection(flags), dedupe, earlier }, signal);
  if (survey.documents === 0)
    throw new AppError('NO_INPUT', `There are no documents in ${given.map((input) => `\`${input}\``).join(', ')}.`);
  noteIgnored(inputs.ignored);
  const { timings, text } = await timeSample(survey, {
    roots: { ...inputs.roots, input: inputs.store },
    reading,
    ...options,
  });
  const estimate = estimateSeconds(survey.estimatedTokens, timings);
  const prompt = text === null ? null : promptForPeople(task, text);
  const { sample: _, ...counts } = survey;
  const none =
    survey.sample.length === 0 ? 'nothing to answer' : 'unknown: no document of the sample could be answered';
  const duration =
    estimate === null
      ? none
      : `about ${formatDuration(estimate.seconds)} ± ${Math.round(100 * estimate.relativeError)} % with one worker on this machine, from ${plural(timings.length, 'document')}`;
  await printFacts(flags.json, { task: task.task.name, ...counts, estimate, prompt }, [
    `${describeDocuments(counts)}, ${formatBytes(counts.bytes)}, about ${formatCount(counts.estimatedTokens)} tokens`,
    `time: ${duration}`,
    ...(prompt === null ? [] : ['', prompt]),
  ]);
}

async function openEarlier(
  flags: PlanFlags,
  { out, task, ...options }: Parameters<typeof dryRun>[1],
): Promise<EarlierLines | null> {
  const earlier = await chooseEarlier(flags, out);
  if (earlier === null) return null;
  const model = await identifyModel(options.model, options.choices);
  const question = toQuestion({ compiled: task, model, keep: flags.keep, records: toRecordFields(flags) });
  return openEarlierLines(earlier, question);
}

/** Answers the sample one by one, and gives the first text that could be read. */
async function timeSample(
  survey: Survey,
  options: {
    readonly roots: Readonly<Record<string, string>>;
    readonly reading: Reading;
    readonly task: CompiledTask;
    readonly model: string;
    readonly choices: EngineChoices;
    readonly signal: AbortSignal;
  },
): Promise<{ timings: Timing[]; text: string | null }> {
  await using model = await loadModel(options.model, options.choices);
  await using engine = await model.openTask(options.task);
  await using parser = openParser();
  const timings: Timing[] = [];
  let text: string | null = null;
  for (const found of survey.sample) {
    const read = await readDocument(found, { ...options, parser });
    const prepared = await prepareText(found.id, read, {
      task: options.task.task,
      model,
      engine,
      signal: options.signal,
    });
    if (prepared.status === 'settled') continue;
    text ??= prepared.document.text;
    const startedMs = performance.now();
    await engine.answerAll(prepared.chunks, options.signal);
    timings.push({ seconds: (performance.now() - startedMs) / 1000, tokens: estimateTokens(found.bytes) });
  }
  return { timings, text };
}
