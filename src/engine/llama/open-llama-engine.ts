import type { ChunkResult } from '../../../schemas/answer.ts';
import { AppError } from '../../errors.ts';
import type { CompiledTask } from '../../task/field.ts';
import { leafFields } from '../../task/leaf-fields.ts';
import { promptFrame, type PromptSegment } from '../../task/prompt.ts';
import { worstCaseBytes } from '../../task/worst-case.ts';
import type { Engine, TaskOptions } from '../engine.ts';
import { answerChunk, tooLong } from '../decode/answer-chunk.ts';
import { checkExpressible } from '../answer/check-expressible.ts';
import type { Slots } from '../decode/keep-slots.ts';
import { neededTokens } from '../decode/needed-tokens.ts';
import type { LlamaSettings } from './read-llama-settings.ts';
import { runDecoders } from '../decode/run-decoders.ts';
import type { Token } from '../decode/token-context.ts';
import type { Vocabulary } from '../decode/vocabulary.ts';

/** What a task needs of a loaded model. */
export type LlamaParts = {
  readonly openSlots: (slots: number) => Promise<Slots>;
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
  const { context, prefix } = await parts.openSlots(isLabelled(task) ? 1 : settings.slots);
  const decode = { vocabulary, maxTokens: settings.contextTokens, explain };

  const answerAll = async (texts: readonly string[], signal: AbortSignal): Promise<ChunkResult[]> => {
    signal.throwIfAborted();
    const documents = texts.map((text) => ({ text, tokens: tokenize(text) }));
    const fitting = documents.filter(({ tokens }) => tokens.length <= maxChunkTokens);
    const slots = Math.min(context.slots, fitting.length);
    const evaluated = slots === 0 ? 0 : await prefix.hold(before, slots, signal);
    const starts = fitting.map((document, index) => () => {
      const prompt = { held: before.length, tokens: [...document.tokens, ...after] };
      const cached = before.length - (index === 0 ? evaluated : 0);
      return answerChunk({ output: task.output, text: document.text, prompt, cached }, decode);
    });
    const { batchTokens, leastTogether } = settings;
    const schedule = { slots, held: before.length, batchTokens, leastTogether };
    const answered = (await runDecoders(starts, context, schedule, signal)).values();
    return documents.map(({ tokens }) => {
      const isFitting = tokens.length <= maxChunkTokens;
      return (isFitting ? answered.next().value : undefined) ?? tooLong(tokens.length, maxChunkTokens);
    });
  };
  return {
    maxChunkTokens,
    answerAll: async (chunks, signal) => {
      try {
        return await answerAll(
          chunks.map(({ text }) => text),
          signal,
        );
      } catch (error) {
        prefix.forget();
        throw error;
      }
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

/** Whether an answer is nothing but labels: its few evaluations gain nothing by being done together. */
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
