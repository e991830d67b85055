import type { JsonValue } from '../../schemas/json.ts';
import type { Flag, OkLine, ResultLine } from '../../schemas/result.ts';
import type { DocumentError } from '../documents/document.ts';
import { documentErrors } from '../errors.ts';

/** A document whose line is final. */
export type Settled = { readonly status: 'settled'; readonly line: ResultLine };

/** What a line carries besides its outcome. */
export type Carried = {
  readonly flags?: readonly Flag[] | undefined;
  readonly keep?: Readonly<Record<string, JsonValue>> | undefined;
};

/** The line of a document that failed or was skipped: the table of errors says which. */
export function settleError(id: string, error: DocumentError, carried: Carried): Settled {
  const { status } = documentErrors[error.code];
  return {
    status: 'settled',
    line: { id, status, error: { code: error.code, message: error.message }, ...carry(carried) },
  };
}

/** The line of an answered document. */
export function settleAnswer(
  id: string,
  concluded: Pick<OkLine, 'answer' | 'confidence' | 'labels' | 'spans'>,
  carried: Carried,
): Settled {
  const { answer, confidence, labels, spans } = concluded;
  const line: ResultLine = { id, status: 'ok', answer, confidence };
  if (labels !== undefined && Object.keys(labels).length > 0) line.labels = labels;
  if (spans !== undefined && Object.keys(spans).length > 0) line.spans = spans;
  return { status: 'settled', line: { ...line, ...carry(carried) } };
}

/** Flags sorted and without doubles, so that a line's bytes do not depend on who set them first. */
function carry({ flags, keep }: Carried): Pick<ResultLine, 'flags' | 'keep'> {
  const sorted = [...new Set(flags)].sort();
  return {
    ...(sorted.length > 0 && { flags: sorted }),
    ...(keep !== undefined && Object.keys(keep).length > 0 && { keep: { ...keep } }),
  };
}
