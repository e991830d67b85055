import type { DocumentErrorCode } from '../errors.ts';
import type { DocumentError, ReadResult } from './document.ts';

type Refused = Extract<ReadResult, { status: 'refused' }>;

/** A document that ends without an answer; the message is one sentence and never holds text or places of a machine. */
export function refuse(code: DocumentErrorCode, message: string, keep?: Refused['keep']): Refused {
  const error: DocumentError = { code, message };
  return keep === undefined ? { status: 'refused', error } : { status: 'refused', error, keep };
}
