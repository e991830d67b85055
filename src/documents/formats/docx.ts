import mammoth from 'mammoth';
import type { ReadResult } from '../document.ts';
import { maxUnpackedBytes } from '../limits.ts';
import { refuse } from '../refuse.ts';
import { measureZip } from './measure-zip.ts';
import { toVisibleText } from './html.ts';

/**
 * The text of a Word document: paragraphs, lists, tables row by row, foot- and endnotes at the end; without headers,
 * footers, comments, deleted text and pictures. Refuses with `TOO_LARGE` what would unpack to too much, before it is
 * unpacked as a whole, and with `EMPTY` what holds no text.
 */
export async function parseDocx(bytes: Uint8Array): Promise<ReadResult> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if ((await measureZip(buffer, maxUnpackedBytes)) > maxUnpackedBytes) {
    return refuse('TOO_LARGE', `The document unpacks to more than ${maxUnpackedBytes} bytes.`);
  }
  const { value } = await mammoth.convertToHtml(
    { buffer },
    { convertImage: mammoth.images.imgElement(async () => ({ src: '' })), externalFileAccess: false },
  );
  return toVisibleText(value);
}
