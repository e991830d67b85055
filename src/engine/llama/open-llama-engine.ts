import { AppError } from '../../errors.ts';
import type { CompiledTask } from '../../task/field.ts';
import { leafFields } from '../../task/leaf-fields.ts';
import { promptFrame, type PromptSegment } from '../../task/prompt.ts';
import { worstCaseBytes } from '../../task/worst-case.ts';
import type { Engine, TaskOptions } from '../engine.ts';
import { answerShard, type ShardOptions } from '../decode/answer-shard.ts';
import { checkExpressible } from '../answer/check-expressible.ts';
import type { Slots } from '../decode/keep-slots.ts';
import { neededTokens } from '../decode/needed-tokens.ts';
import { largestShortSlots, placeShortly, type SlotShape } from '../decode/place-documents.ts';
import type { LlamaSettings } from './read-llama-settings.ts';
import type { Token } from '../decode/token-context.ts';
import type { Vocabulary } from '../decode/vocabulary.ts';

/** What a task needs of a loaded model. */
export type LlamaParts = {
  /** Slots are open until those of another shape are asked for. */
  readonly openSlots: (shape: SlotShape) => Promise<Slots>;
  readonly vocabulary: Vocabulary;
  readonly tokenize: (text: string) => readonly Token[];
  /** Control tokens by name. */
  readonly controls: ReadonlyMap<string, Token>;
  readonly settings: LlamaSettings;
};

/** The longest possible answer is far longer than real ones: no more than this part of the context is kept for it. */
const ANSWER_SHARE = 0.25;

/** A task whose instructions leave less than this for the document is refused. */
const MIN_CHUNK_TOKENS = 16;

/**
 * Prepares a task. A chunk may have as many tokens as are left beside the prompt and the longest answer; where the
 * longest answer has more than a quarter of the context, that quarter is kept free, or what any answer needs. A shorter
 * chunk leaves its answer more; one that still finds no room is `GENERATION_LIMIT`. Throws `TASK_INVALID` for a task
 * whose prompt or whose shortest answer leaves no room for a document.
 */
export async function openLlamaEngine(
  task: CompiledTask,
  parts: LlamaParts,
  { explain = false }: TaskOptions = {},
): Promise<Engine> {
  const { vocabulary, tokenize, settings } = parts;
  checkExpressible(task.output, vocabulary.canWrite);
  const frame = promptFrame(task);
  const before = toTokens(frame.before, parts);
  const after = toTokens(frame.after, parts);
  const maxChunkTokens = findRoom(task, before.length + after.length, parts);
  const { contextTokens: slotTokens, slots, batchTokens, leastTogether } = settings;
  const many = { slots, slotTokens };
  const shape = isLabelled(task) ? { slots: 1, slotTokens } : many;
  const isShort = isLabelled(task) && settings.evaluation === 'together';
  // What the machine has no memory for is said before any document is read: short slots take more than a long one.
  await parts.openSlots((isShort ? largestShortSlots(many) : null) ?? shape);
  const around = before.length + after.length + worstCaseBytes(task.output);
  const shard: ShardOptions = {
    output: task.output,
    before,
    after,
    maxChunkTokens,
    vocabulary,
    explain,
    labelProbabilities: settings.labelProbabilities ?? 'all',
    batchTokens,
    leastTogether,
    openSlots: parts.openSlots,
    place: (documents) => (isShort ? placeShortly(documents, around, many) : [{ shape, leastFree: 1, documents }]),
  };
  return {
    maxChunkTokens,
    answerAll: async (chunks, signal) => {
      const tokenized = chunks.map((chunk) => ({ ...chunk, tokens: tokenize(chunk.text) }));
      return answerShard(tokenized, shard, signal);
    },
    [Symbol.asyncDispose]: async () => {},
  };
}

/** How many tokens a chunk may have. */
function findRoom(task: CompiledTask, prompt: number, parts: LlamaParts): number {
  const { contextTokens } = parts.settings;
  const reserved = reserveTokens(task, parts);
  const room = contextTokens - prompt - reserved;
  if (room < MIN_CHUNK_TOKENS) {
    throw new AppError(
      'TASK_INVALID',
      `The prompt of task \`${task.task.name}\` has ${prompt} tokens and its answer needs ${reserved}, which leaves no room for a document in the model's ${contextTokens} tokens; shorten its instructions, examples or labels, or lower \`minLength\` and \`minItems\`.`,
      { details: { promptTokens: prompt } },
    );
  }
  return room;
}

/** Tokens that no document may take from the answer. */
function reserveTokens(task: CompiledTask, { tokenize, settings }: LlamaParts): number {
  const longest = worstCaseBytes(task.output);
  const needed = neededTokens(task.output, (text) => tokenize(text).length);
  return Math.min(longest, Math.max(needed, Math.floor(settings.contextTokens * ANSWER_SHARE)));
}

/** Whether an answer is nothing but labels, so that reading the document is nearly all there is to do. */
function isLabelled({ output }: CompiledTask): boolean {
  return leafFields(output).every(({ field }) => field.type === 'label' || field.type === 'boolean');
}

function toTokens(segments: readonly PromptSegment[], parts: LlamaParts): Token[] {
  return segments.flatMap((segment) => {
    if ('text' in segment) {
      return parts.tokenize(segment.text);
    }
    const token = parts.controls.get(segment.control);
    if (token === undefined) {
      throw new AppError('MODEL_INVALID', `The model has no token \`${segment.control}\`; use another model.`);
    }
    return [token];
  });
}
