import type { Flag, ResultError } from '../../schemas/result.ts';
import type { Span } from '../../schemas/answer.ts';
import type { JsonValue } from '../../schemas/json.ts';
import type { PlannedDocument } from '../../schemas/plan.ts';
import type { Run } from '../../schemas/run.ts';
import type { DocumentErrorCode } from '../errors.ts';

/** A document as text: what spans refer to. */
export type TextDocument = {
  readonly text: string;
  readonly flags: readonly Flag[];
  /** Where each page begins in the text, for formats that have pages. */
  readonly pageStarts?: readonly number[];
  /** Members of the record that are carried through to the result line. */
  readonly keep?: Readonly<Record<string, JsonValue>>;
};

/** A piece of a document that fits the model: `text.slice(span.start, span.end)` of its document. */
export type Chunk = { readonly text: string; readonly span: Span };

/** Why a document ends without an answer. */
export type DocumentError = ResultError & { readonly code: DocumentErrorCode };

/** What a run says of how its records are read. */
export type Reading = Readonly<Pick<Run, 'records'>> & { readonly keep: readonly string[] };

/** Why a document could not be unpacked. */
export type Refused = NonNullable<PlannedDocument['refused']>;

/** Reading a document either gives its text or says why not; broken infrastructure throws instead. */
export type ReadResult =
  | { readonly status: 'read'; readonly document: TextDocument }
  | { readonly status: 'refused'; readonly error: DocumentError; readonly keep?: Readonly<Record<string, JsonValue>> };
