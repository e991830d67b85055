import { compressionOf, decompress } from './archives/decompress.ts';
import { decodeText } from './decode-text.ts';
import type { ReadResult } from './document.ts';
import { detectFormat } from './formats/detect-format.ts';
import { maxDocumentBytes } from './limits.ts';
import type { Parser } from './parse-apart/open-parser.ts';
import { refuse } from './refuse.ts';

/** The text of a whole document, unpacked where it is packed, as its format has it. */
export async function toText(packed: Uint8Array, parser: Parser): Promise<ReadResult> {
  const compression = compressionOf(packed);
  const bytes = compression === null ? packed : await decompress(packed, compression, maxDocumentBytes);
  if (bytes === 'too-large') return refuse('TOO_LARGE', `The document unpacks to more than ${maxDocumentBytes} bytes.`);
  if (bytes === 'malformed') return refuse('MALFORMED', 'The packed document is not whole.');
  const format = detectFormat(bytes);
  return format === 'text' ? decodeText(bytes) : parser.parse(format, bytes);
}
