import type { ResultSpan } from '../../../schemas/result.ts';
import { type Piece, cutAtSpans } from './cut-at-spans.ts';
import type { InspectedField } from './inspect-fields.ts';

type MarkedField = InspectedField & { readonly span: ResultSpan };

/** A text cut at the places of its fields, and the fields that have one, to which the pieces refer by index. */
export function cutAtFields(
  text: string,
  fields: readonly InspectedField[],
): { readonly marked: readonly MarkedField[]; readonly pieces: readonly Piece[] } {
  const marked = fields.filter((field): field is MarkedField => field.span !== undefined);
  const spans = marked.map(({ span }) => span);
  return { marked, pieces: cutAtSpans(text, spans) };
}
