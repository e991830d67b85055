import { decodeText } from './decode-text.ts';
import type { ReadResult } from './document.ts';
import { detectFormat } from './formats/detect-format.ts';
import type { Parser } from './parse-apart/open-parser.ts';

/** The text of a whole document, as its format has it. */
export async function toText(bytes: Uint8Array, parser: Parser): Promise<ReadResult> {
  const format = detectFormat(bytes);
  return format === 'text' ? decodeText(bytes) : parser.parse(format, bytes);
}
