import { type PDFiumDocument, PDFiumLibrary } from '@hyzyla/pdfium';
import { checkText } from '../decode-text.ts';
import type { ReadResult } from '../document.ts';
import { refuse } from '../refuse.ts';

/**
 * The text layer of a PDF in the order in which it was written, pages apart by an empty line, with the place where each
 * page begins. Nothing is rendered or run, and forms and annotations are no text. Refuses with `ENCRYPTED`, `MALFORMED`
 * or, for scans, `NO_TEXT_LAYER`.
 */
export async function parsePdf(bytes: Uint8Array): Promise<ReadResult> {
  // A library for each document: what a hostile one did to its memory must not reach the next.
  const library = await PDFiumLibrary.init();
  const document = await loadDocument(library, bytes);
  if (!('pages' in document)) return document;
  const pages = Array.from(document.pages(), (page) => tidy(page.getText()));
  const read = checkText(pages.join(BETWEEN_PAGES));
  // Fonts that do not say which characters they show leave control characters behind.
  if (read.status === 'refused') return refuse('NO_TEXT_LAYER', 'The pages hold no text, as in a scan.');
  return { ...read, document: { ...read.document, pageStarts: startsOf(pages) } };
}

const BETWEEN_PAGES = '\n\n';

async function loadDocument(library: PDFiumLibrary, bytes: Uint8Array): Promise<PDFiumDocument | ReadResult> {
  try {
    return await library.loadDocument(bytes);
  } catch (error) {
    // The library says this by its messages alone.
    const encrypted = error instanceof Error && /password|security/i.test(error.message);
    if (encrypted) return refuse('ENCRYPTED', 'The document can only be opened with a password.');
    throw error;
  }
}

/** U+FFFE stands where a word was divided at the end of a line; NUL where a character is unknown. */
function tidy(text: string): string {
  return text.replaceAll('\r\n', '\n').replaceAll(/[\ufffe\0]/g, '');
}

function startsOf(pages: readonly string[]): number[] {
  let next = 0;
  return pages.map((page) => {
    const start = next;
    next += page.length + BETWEEN_PAGES.length;
    return start;
  });
}
