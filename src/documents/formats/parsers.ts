import type { ReadResult } from '../document.ts';
import type { ParsedFormat } from './detect-format.ts';

/** From the bytes of a document to its text; what it throws means that the bytes are not whole in their format. */
export type Parse = (bytes: Uint8Array) => ReadResult | Promise<ReadResult>;

/** The parser of each format, loaded when the first document of that format comes. */
export const parsers: Readonly<Record<ParsedFormat, () => Promise<Parse>>> = {
  html: async () => (await import('./html.ts')).parseHtml,
  docx: async () => (await import('./docx.ts')).parseDocx,
  eml: async () => (await import('./eml.ts')).parseEml,
  pdf: async () => (await import('./pdf.ts')).parsePdf,
};
