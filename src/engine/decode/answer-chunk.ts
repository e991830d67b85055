import type { ChunkFailure, ChunkResult } from '../../../schemas/answer.ts';
import type { Field } from '../../task/field.ts';
import { answerAutomaton } from '../answer/answer-automaton.ts';
import { assembleAnswer } from './assemble-answer.ts';
import { prepareCopyText } from '../answer/copy-text.ts';
import { decodeAnswer, type Prompt } from './decode-answer.ts';
import type { DecodeOptions } from './progress.ts';
import type { Decoder } from './question.ts';

/** A text to answer; `cached` of the prompt's held tokens cost nothing. */
export type ChunkPrompt = {
  readonly output: Field;
  readonly text: string;
  readonly prompt: Prompt;
  readonly cached: number;
};

/** Answers one chunk, or fails where the answer finds no room. */
export function* answerChunk(chunk: ChunkPrompt, options: DecodeOptions): Decoder<ChunkResult> {
  const { output, text, prompt, cached } = chunk;
  const decoded = yield* decodeAnswer(answerAutomaton(output, prepareCopyText(text)), prompt, options);
  const read = prompt.held + prompt.tokens.length;
  if (decoded === undefined) {
    const left = options.maxTokens - read;
    return failed(
      'GENERATION_LIMIT',
      `The answer does not end within the ${left} tokens that the context leaves for it.`,
    );
  }
  const tokens = { prompt: read, cached };
  return { status: 'answered', answer: assembleAnswer(output, text, decoded, tokens, options.labelProbabilities) };
}

/** The result of a chunk that is not answered because it has too many tokens. */
export function tooLong(tokens: number, most: number): ChunkResult {
  return failed('TOO_LONG', `The chunk has ${tokens} tokens, more than the ${most} that fit.`);
}

function failed(code: ChunkFailure['code'], message: string): ChunkResult {
  return { status: 'failed', failure: { code, message } };
}
