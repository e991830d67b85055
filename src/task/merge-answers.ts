import type { ChunkAnswer, Span } from '../../schemas/answer.ts';
import type { JsonObject, Pointer } from '../../schemas/json.ts';
import type { Flag, ResultSpan } from '../../schemas/result.ts';
import type { DocumentErrorCode } from '../errors.ts';
import type { CompiledTask } from './field.ts';
import { locateAnswer } from './locate-answer.ts';
import { mergeLocated } from './merge-located.ts';
import { normalizeAnswer } from './normalize-answer.ts';
import { roundAnswer } from './round-answer.ts';
import { validateAnswer, validateFinal } from './validate-answer.ts';

export type ConcludedAnswer = {
  readonly status: 'concluded';
  readonly answer: JsonObject;
  readonly confidence: Readonly<Record<Pointer, number>>;
  readonly labels?: Readonly<Record<Pointer, Readonly<Record<string, number>>>>;
  readonly spans?: Readonly<Record<Pointer, ResultSpan>>;
  readonly flags: readonly Flag[];
};

export type RefusedAnswer = {
  readonly status: 'refused';
  readonly error: {
    readonly code: Extract<DocumentErrorCode, 'ANSWER_INVALID' | 'UNGROUNDED' | 'UNNORMALIZABLE'>;
    readonly message: string;
  };
};

/**
 * Turns the answers about a document's chunks (at least one, in reading order) into the document's answer: each is
 * validated and its copied values are compared with the text, then they are merged, normalised, validated once more
 * and rounded. Expected failures are values; messages hold pointers, never text of the document.
 */
export function concludeAnswer(
  compiled: CompiledTask,
  text: string,
  chunks: readonly { readonly span: Span; readonly answer: ChunkAnswer }[],
): ConcludedAnswer | RefusedAnswer {
  const located = [];
  for (const chunk of chunks) {
    const invalid = validateAnswer(compiled.output, chunk.answer.value);
    if (invalid !== null) {
      return refuse(
        'ANSWER_INVALID',
        `The answer does not satisfy the schema at ${place(invalid.pointer)}: ${invalid.problem}.`,
      );
    }
    const answer = locateAnswer(compiled.output, text, chunk);
    if ('ungrounded' in answer) {
      return refuse(
        'UNGROUNDED',
        `The value at ${place(answer.ungrounded)} does not stand in the document where its span says.`,
      );
    }
    located.push(answer);
  }
  const merged = mergeLocated(compiled.output, located, compiled.task.locale);
  const normalized = normalizeAnswer(compiled.output, merged.value, compiled.task.locale);
  if ('unnormalizable' in normalized) {
    const { unnormalizable, kind } = normalized;
    return refuse(
      'UNNORMALIZABLE',
      `The text that was copied for ${place(unnormalizable)} is no ${kind}, and the field is not nullable.`,
    );
  }
  const { answer, copied, flags } = normalized;
  const invalid = validateFinal(compiled.output, answer);
  if (invalid !== null) {
    return refuse(
      'ANSWER_INVALID',
      `The merged answer does not satisfy the schema at ${place(invalid.pointer)}: ${invalid.problem}.`,
    );
  }
  return { status: 'concluded', answer, ...roundAnswer(compiled.output, merged, copied), flags };
}

function refuse(code: RefusedAnswer['error']['code'], message: string): RefusedAnswer {
  return { status: 'refused', error: { code, message } };
}

function place(pointer: Pointer): string {
  return pointer === '' ? 'its root' : `\`${pointer}\``;
}
