/** How the bytes of a document become its text. `text` is plain text or Markdown, which is taken as it stands. */
export type Format = 'text' | ParsedFormat;

/** Formats whose parsers are fed by strangers and therefore run apart from the worker. */
export type ParsedFormat = 'html' | 'pdf' | 'docx' | 'eml';

/**
 * The format of a document by its content, never by its name. HTML is a whole page: `<!doctype html>`, `<html>`,
 * `<head>` or `<body>` stands before any text; Markdown that begins with a tag such as `<p align="center">` is text. A
 * mail begins with header fields, `From` and one that only programs write among them, or says that it has parts.
 * Whatever is not recognised is text, as is a mailbox of several mails: as a mail it would be its first one.
 */
export function detectFormat(bytes: Uint8Array): Format {
  const start = Buffer.from(bytes.subarray(0, SNIFFED_BYTES)).toString('latin1');
  if (/^(?:\xef\xbb\xbf)?\s*%PDF-/.test(start)) return 'pdf';
  if (start.startsWith('PK\x03\x04')) return isDocx(bytes) ? 'docx' : 'text';
  // UTF-16 text in a Latin script becomes readable without its NUL bytes.
  if (htmlStart.test(start.replaceAll('\0', ''))) return 'html';
  return isMail(start) && !isMailbox(bytes) ? 'eml' : 'text';
}

const SNIFFED_BYTES = 4096;

/** A byte order mark, white space, an XML declaration and comments may stand before the first tag. */
const htmlStart =
  /^(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?(?:\s|<\?xml[^>]*>|<!--(?:[^-]|-(?!->))*-->)*<(?:!doctype\s+html|html|head|body)(?=[\s>/])/i;

/** Whether the directory of a ZIP file, which stands at its end, names the main part of a Word document. */
function isDocx(bytes: Uint8Array): boolean {
  const zip = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = zip.lastIndexOf('PK\x05\x06');
  if (end === -1 || end + 20 > zip.length) return false;
  const offset = zip.readUInt32LE(end + 16);
  const directory = zip.subarray(offset, offset + zip.readUInt32LE(end + 12));
  return directory.includes('word/document.xml');
}

/** Header fields up to the first empty line and nothing else; a message copied by hand has none of programs. */
function isMail(start: string): boolean {
  const names = new Set<string>();
  const fields = start.replace(/^\s*(?:From [^\n]*\n)?/, '');
  for (const line of fields.split(/\r?\n/)) {
    if (/^[ \t]/.test(line)) continue;
    const name = /^([\x21-\x39\x3b-\x7e]+)[ \t]*:/.exec(line)?.[1];
    if (name === undefined) break;
    names.add(name.toLowerCase());
  }
  if (/^content-type:\s*multipart\/[^;\n]+;\s*boundary=/i.test(fields)) return true;
  return names.has('from') && writtenByPrograms.some((name) => names.has(name));
}

/** Whether a second mail begins as mailboxes let mails begin. */
function isMailbox(bytes: Uint8Array): boolean {
  if (!/^\s*From /.test(Buffer.from(bytes.subarray(0, 64)).toString('latin1'))) return false;
  return /\n\r?\nFrom [^\n]*\d{4}\r?\n[\x21-\x39\x3b-\x7e]+:/.test(Buffer.from(bytes).toString('latin1'));
}

const writtenByPrograms = ['message-id', 'mime-version', 'content-type', 'received', 'return-path', 'delivered-to'];
