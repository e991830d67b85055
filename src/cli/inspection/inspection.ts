import type { CompiledTask } from '../../task/field.ts';
import type { AnsweredDocument } from '../../worker/answer-document.ts';

/** One answered document, as `inspect` shows it on a terminal and as a page. */
export type Inspection = {
  readonly file: string;
  readonly task: CompiledTask;
  readonly model: string;
  readonly answered: AnsweredDocument;
  /** How long the model took to load. */
  readonly loadSeconds: number;
};
