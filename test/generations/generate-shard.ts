import fc from 'fast-check';
import type { ChunkResult } from '../../schemas/answer.ts';
import { prepareCopyText } from '../../src/engine/answer/copy-text.ts';
import { keepSlots } from '../../src/engine/decode/keep-slots.ts';
import { openLlamaEngine } from '../../src/engine/llama/open-llama-engine.ts';
import { sha256Of } from '../../src/sha256.ts';
import type { CompiledTask } from '../../src/task/field.ts';
import { validateAnswer } from '../../src/task/validate-answer.ts';
import { walkAnswer } from '../../src/task/walk-answer.ts';
import { worstCaseBytes } from '../../src/task/worst-case.ts';
import { outputArbitrary, textArbitrary } from '../unit/engine/arbitrary-field.ts';
import { createToyContext, createToyModel, createToyVocabulary } from '../unit/engine/toy-model.ts';

type Output = CompiledTask['output'];

/** Answers that were checked, and what was wrong with them. */
export type Generated = { readonly generations: number; readonly problems: readonly string[] };

const TEXTS = 16;
const vocabulary = createToyVocabulary();
const tokenize = (text: string) => [...vocabulary.encode(Buffer.from(text).toString('latin1'))];
const controls = new Map(['<bos>', '<start_of_turn>', '<end_of_turn>'].map((name) => [name, 256] as const));

const shardArbitrary = fc.record({
  output: outputArbitrary,
  texts: fc.array(textArbitrary, { minLength: TEXTS, maxLength: TEXTS }),
  slots: fc.integer({ min: 1, max: 8 }),
  leastTogether: fc.integer({ min: 1, max: 4 }),
  isBrief: fc.boolean(),
});

/**
 * Answers 16 random texts under a random schema with a model of random opinions, through the whole engine but the
 * native calls. Every answer must parse, satisfy its schema, copy what it is to copy, and
 * stay within the bound that the schema has for it.
 */
export async function generateShard(seed: number): Promise<Generated> {
  const [shard] = fc.sample(shardArbitrary, { seed, numRuns: 1 });
  if (shard === undefined) {
    throw new Error('fast-check drew nothing');
  }
  const { output, texts, slots, leastTogether, isBrief } = shard;
  const settings = {
    engine: 'llama',
    evaluation: 'together',
    contextTokens: 20_000,
    slots,
    batchTokens: 64,
    leastTogether,
    flashAttention: true,
    threads: 1,
    ...(isBrief && { labelProbabilities: 'answer' as const }),
  } as const;
  const { get: openSlots } = keepSlots(settings.batchTokens, async (shape) =>
    createToyContext(createToyModel(seed), shape),
  );
  const engine = await openLlamaEngine(toTask(output), { openSlots, vocabulary, tokenize, controls, settings });
  const results = await engine.answerAll(
    texts.map((text) => ({ text })),
    new AbortController().signal,
  );
  const problems = results.flatMap((result, index) => [
    ...findProblems(output, texts[index] ?? '', result),
    ...(isBrief && saysLabels(result) ? ['other labels are said'] : []),
  ]);
  return { generations: results.length, problems: problems.map((problem) => `seed ${seed}: ${problem}`) };
}

function toTask(output: Output): CompiledTask {
  const task = { name: 'random', kind: 'extract', instructions: 'Do.', output: {} } as const;
  return { task, sha256: sha256Of('random'), output };
}

function findProblems(output: Output, text: string, result: ChunkResult): string[] {
  if (result.status === 'failed') {
    return [`no answer: ${result.failure.code}`];
  }
  const { value, tokens, spans } = result.answer;
  const most = worstCaseBytes(output);
  const written = JSON.stringify(value);
  const invalid = validateAnswer(output, value);
  return [
    ...(invalid === null || isUnanswerable(output, text, result.answer) ? [] : [`${written} is invalid`]),
    ...(Buffer.byteLength(written) <= most ? [] : [`${written} has more than ${most} bytes`]),
    ...[...walkAnswer(output, value)].flatMap(({ pointer, field, value: leaf }) => {
      const span = spans[pointer];
      const isGrounded = leaf === null || (span !== undefined && text.slice(span.start, span.end) === leaf);
      return field.type !== 'verbatim' || isGrounded ? [] : [`${pointer} of ${written} does not stand in the text`];
    }),
    ...(tokens.forced + tokens.chosen <= most ? [] : [`${written} took more than ${most} tokens`]),
  ];
}

function saysLabels(result: ChunkResult): boolean {
  return result.status === 'answered' && Object.keys(result.answer.labels).length > 0;
}

/** The one exception: a text with nothing to copy leaves a verbatim field that may not be null empty. */
function isUnanswerable(
  output: Output,
  text: string,
  { value }: Extract<ChunkResult, { status: 'answered' }>['answer'],
) {
  const pointer = validateAnswer(output, value)?.pointer;
  const wrong = [...walkAnswer(output, value)].find((node) => node.pointer === pointer);
  const isEmpty = prepareCopyText(text).rulesFor({ type: 'verbatim', maxLength: 1 }) === undefined;
  return isEmpty && wrong?.field.type === 'verbatim' && wrong.value === '';
}
