import type { ChunkAnswer, Span } from '../../schemas/answer.ts';
import type { Pointer } from '../../schemas/json.ts';
import type { Field } from './field.ts';
import { walkAnswer } from './walk-answer.ts';

/** The answer about one chunk with its spans in the document, and how much of the document it is about. */
export type LocatedAnswer = Omit<ChunkAnswer, 'tokens'> & {
  /** Where the chunk stands in the document. */
  readonly chunk: Span;
};

/** Shifts the spans of a valid answer to the document, or names the first copied value that does not stand there. */
export function locateAnswer(
  output: Field,
  text: string,
  chunk: { readonly span: Span; readonly answer: ChunkAnswer },
): LocatedAnswer | { readonly ungrounded: Pointer } {
  const { value, confidence, labels, spans } = chunk.answer;
  const length = chunk.span.end - chunk.span.start;
  const shifted: Record<Pointer, Span> = {};
  for (const { pointer, field, value: leaf } of walkAnswer(output, value)) {
    if (field.type === 'verbatim' && leaf !== null) {
      const span = spans[pointer];
      if (span === undefined || span.start < 0 || span.end > length) {
        return { ungrounded: pointer };
      }
      const start = chunk.span.start + span.start;
      const end = chunk.span.start + span.end;
      if (text.slice(start, end) !== leaf) {
        return { ungrounded: pointer };
      }
      shifted[pointer] = { start, end };
    }
  }
  return { value, confidence, labels, spans: shifted, chunk: chunk.span };
}
