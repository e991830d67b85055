/** How the bytes of a document become its text. `text` is plain text or Markdown, which is taken as it stands. */
export type Format = 'text' | ParsedFormat;

/** Formats whose parsers are fed by strangers and therefore run apart from the worker. */
export type ParsedFormat = 'html';

/**
 * The format of a document by its first bytes, never by its name. HTML is a whole page: `<!doctype html>`, `<html>`,
 * `<head>` or `<body>` stands before any text. Markdown that begins with a tag such as `<p align="center">` is text, as
 * is whatever is not recognised.
 */
export function detectFormat(bytes: Uint8Array): Format {
  const start = Buffer.from(bytes.subarray(0, SNIFFED_BYTES)).toString('latin1');
  // UTF-16 text in a Latin script becomes readable without its NUL bytes.
  return htmlStart.test(start.replaceAll('\0', '')) ? 'html' : 'text';
}

const SNIFFED_BYTES = 4096;

/** A byte order mark, white space, an XML declaration and comments may stand before the first tag. */
const htmlStart =
  /^(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?(?:\s|<\?xml[^>]*>|<!--(?:[^-]|-(?!->))*-->)*<(?:!doctype\s+html|html|head|body)(?=[\s>/])/i;
