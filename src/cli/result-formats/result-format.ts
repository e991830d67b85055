import type { FinalLine } from '../../ledger/result-lines.ts';

/** A form in which result lines are printed. */
export type ResultFormat = {
  /** What stands before the first line. */
  readonly head?: string;
  readonly lineEnd: '\n' | '\r\n';
  /** The document in this form, or why the form has no place for it. */
  readonly toLine: (line: FinalLine) => Promise<{ readonly text: string } | { readonly leftOut: LeftOut }>;
};

/** It has no answer; or its text, which the form holds, is not to be had as it was planned. */
export type LeftOut = 'unanswered' | 'unreadable';
