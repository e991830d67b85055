import type { ChunkResult } from '../../schemas/answer.ts';
import type { OkLine } from '../../schemas/result.ts';
import { findPage } from '../documents/find-page.ts';
import { concludeAnswer } from '../task/merge-answers.ts';
import type { CompiledTask } from '../task/field.ts';
import type { Prepared } from './prepare-document.ts';
import { type Settled, settleAnswer, settleError } from './settle-document.ts';

/** What the engine said about a document's chunks becomes its line: validated, grounded, merged, normalised. */
export function concludeDocument(
  { id, document, chunks }: Extract<Prepared, { status: 'ready' }>,
  results: readonly ChunkResult[],
  task: CompiledTask,
): Settled {
  const answered: Parameters<typeof concludeAnswer>[2][number][] = [];
  for (const [index, chunk] of chunks.entries()) {
    const result = results[index];
    if (result === undefined) throw new Error(`The engine left out chunk ${index} of a document.`);
    if (result.status === 'failed') return settleError(id, result.failure, document);
    answered.push({ span: chunk.span, answer: result.answer });
  }
  const concluded = concludeAnswer(task, document.text, answered);
  if (concluded.status === 'refused') return settleError(id, concluded.error, document);
  const spans = withPages(concluded.spans, document.pageStarts);
  return settleAnswer(
    id,
    { ...concluded, spans },
    { flags: [...document.flags, ...concluded.flags], keep: document.keep },
  );
}

function withPages(spans: OkLine['spans'] = {}, pageStarts: readonly number[] = []): OkLine['spans'] {
  if (pageStarts.length === 0) return spans;
  const entries = Object.entries(spans).map(
    ([pointer, span]) => [pointer, { ...span, page: findPage(pageStarts, span.start) }] as const,
  );
  return Object.fromEntries(entries);
}
