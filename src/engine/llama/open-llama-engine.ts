import type { ChunkFailure, ChunkResult } from '../../../schemas/answer.ts';
import { AppError } from '../../errors.ts';
import type { CompiledTask } from '../../task/field.ts';
import { promptFrame, type PromptSegment } from '../../task/prompt.ts';
import { worstCaseBytes } from '../../task/worst-case.ts';
import type { Engine } from '../engine.ts';
import { answerAutomaton } from './answer-automaton.ts';
import { assembleAnswer } from './assemble-answer.ts';
import { checkNumberRanges } from './check-number-ranges.ts';
import { prepareCopyText } from './copy-text.ts';
import { decodeAnswer } from './decode-answer.ts';
import type { LlamaSequence } from './llama-sequence.ts';
import { neededTokens } from './needed-tokens.ts';
import type { Token } from './token-source.ts';
import type { Vocabulary } from './vocabulary.ts';

/** What a task needs of a loaded model. */
export type LlamaParts = {
  readonly sequence: LlamaSequence;
  readonly vocabulary: Vocabulary;
  readonly tokenize: (text: string) => readonly Token[];
  /** Control tokens by name. */
  readonly controls: ReadonlyMap<string, Token>;
  readonly contextTokens: number;
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
export function openLlamaEngine(task: CompiledTask, parts: LlamaParts): Engine {
  checkNumberRanges(task.output);
  const frame = promptFrame(task);
  const before = toTokens(frame.before, parts);
  const after = toTokens(frame.after, parts);
  const maxChunkTokens = parts.contextTokens - before.length - after.length - reserveTokens(task, parts);
  if (maxChunkTokens < MIN_CHUNK_TOKENS) {
    const prompt = before.length + after.length;
    throw new AppError(
      'TASK_INVALID',
      `The prompt of task \`${task.task.name}\` has ${prompt} tokens and its answer needs ${reserveTokens(task, parts)}, which leaves no room for a document in the model's ${parts.contextTokens} tokens; shorten its instructions, examples or labels, or lower \`minLength\` and \`minItems\`.`,
      { details: { promptTokens: prompt } },
    );
  }
  const prepared = { task, before, after, maxChunkTokens };
  return {
    maxChunkTokens,
    answerAll: async (chunks, signal) => {
      const results: ChunkResult[] = [];
      try {
        for (const { text } of chunks) {
          signal.throwIfAborted();
          results.push(await answerChunk(text, prepared, parts, signal));
        }
      } catch (error) {
        await parts.sequence.reset();
        throw error;
      }
      return results;
    },
    [Symbol.asyncDispose]: async () => {},
  };
}

/** Tokens that no document may take from the answer. */
function reserveTokens(task: CompiledTask, parts: LlamaParts): number {
  const longest = worstCaseBytes(task.output);
  const needed = neededTokens(task.output, (text) => parts.tokenize(text).length);
  return Math.min(longest, Math.max(needed, Math.floor(parts.contextTokens * ANSWER_SHARE)));
}

type PreparedTask = {
  readonly task: CompiledTask;
  /** The prompt's tokens before and after the document. */
  readonly before: readonly Token[];
  readonly after: readonly Token[];
  readonly maxChunkTokens: number;
};

async function answerChunk(
  text: string,
  prepared: PreparedTask,
  parts: LlamaParts,
  signal: AbortSignal,
): Promise<ChunkResult> {
  const { task, before, after, maxChunkTokens } = prepared;
  const document = parts.tokenize(text);
  if (document.length > maxChunkTokens) {
    return failed('TOO_LONG', `The chunk has ${document.length} tokens, more than the ${maxChunkTokens} that fit.`);
  }
  const cached = await parts.sequence.start(before);
  const prompt = [...document, ...after];
  const decoded = await decodeAnswer(answerAutomaton(task.output, prepareCopyText(text)), prompt, {
    source: parts.sequence,
    vocabulary: parts.vocabulary,
    maxTokens: parts.contextTokens,
    signal,
  });
  if (decoded === undefined) {
    const left = parts.contextTokens - before.length - prompt.length;
    return failed(
      'GENERATION_LIMIT',
      `The answer does not end within the ${left} tokens that the context leaves for it.`,
    );
  }
  const counts = { prompt: before.length + prompt.length, cached };
  return { status: 'answered', answer: assembleAnswer(task.output, text, decoded, counts) };
}

function failed(code: ChunkFailure['code'], message: string): ChunkResult {
  return { status: 'failed', failure: { code, message } };
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
