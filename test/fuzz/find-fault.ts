import type { ReadResult } from '../../src/documents/document.ts';
import { maxParsedLength } from '../../src/documents/limits.ts';
import { documentErrors } from '../../src/errors.ts';

/** What reading can say about a text; the rest comes of answering it. */
const FLAGS_OF_READING: ReadonlySet<string> = new Set(['lossy', 'guessed-encoding']);

/** What is wrong with the result of reading a document; null when it is what the contract says. */
export function findFault(result: ReadResult): string | null {
  if (result.status === 'refused') {
    if (!Object.hasOwn(documentErrors, result.error.code)) return `the code ${result.error.code} is in no table`;
    if (result.error.code === 'PARSE_CRASHED') return 'the parser crashed';
    return null;
  }
  const { text, flags, pageStarts = [] } = result.document;
  if (text.trim() === '') return 'the text is empty';
  if (!text.isWellFormed()) return 'the text holds a lone surrogate';
  if (text.includes('\0')) return 'the text holds NUL';
  if (text.length > maxParsedLength) return 'the text is longer than it may be';
  if (flags.some((flag) => !FLAGS_OF_READING.has(flag))) return `the flags are ${flags.join(', ')}`;
  if (new Set(flags).size < flags.length) return `a flag comes twice: ${flags.join(', ')}`;
  if (pageStarts.some((start, page) => start > text.length || start <= (pageStarts[page - 1] ?? -1))) {
    return 'the pages are not in order';
  }
  return null;
}
