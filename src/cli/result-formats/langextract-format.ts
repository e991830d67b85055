import type { PlannedDocument } from '../../../schemas/plan.ts';
import type { Run } from '../../../schemas/run.ts';
import type { ReadResult } from '../../documents/document.ts';
import { compileTask } from '../../task/compile-task.ts';
import type { ResultFormat } from './result-format.ts';
import { toExtractions } from './to-extractions.ts';

/**
 * The lines of langextract's `AnnotatedDocument`s, which hold the document's text, so it is read once more by `read`.
 * Documents without an answer are left out: langextract could not tell them from those in which nothing was found.
 */
export function langextractFormat(
  { task }: Pick<Run, 'task'>,
  read: (document: PlannedDocument) => Promise<ReadResult>,
): ResultFormat {
  const { output } = compileTask(task);
  return {
    lineEnd: '\n',
    toLine: async ({ result, document }) => {
      if (result.status !== 'ok') return { leftOut: 'unanswered' };
      const reading = await read(document);
      if (reading.status === 'refused') return { leftOut: 'unreadable' };
      const { text } = reading.document;
      const extractions = toExtractions(output, result, text);
      return { text: JSON.stringify({ extractions, text, document_id: result.id }) };
    },
  };
}
