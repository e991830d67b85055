import { type FormatCallback, type SelectorDefinition, convert } from 'html-to-text';
import { Parser } from 'htmlparser2';
import type { Flag } from '../../../schemas/result.ts';
import { checkText, decodeText } from '../decode-text.ts';
import type { ReadResult } from '../document.ts';
import { maxHtmlDepth } from '../limits.ts';
import { refuse } from '../refuse.ts';

/**
 * The visible text of a page, one line a paragraph, the cells of a table's row in one line with tabs. Left out are
 * scripts, styles, navigation, buttons, pictures, link targets and what an attribute or an inline style hides. Nothing
 * else is: what a reader of articles would take for clutter may be the address or the total of an invoice. The encoding
 * is that of the byte order mark, else the declared one, else found as in plain text. Refuses with `TOO_LARGE`,
 * `BINARY` or `EMPTY`.
 */
export function parseHtml(bytes: Uint8Array): ReadResult {
  const decoded = decodeHtml(bytes);
  if (decoded.status === 'refused') return decoded;
  return toVisibleText(decoded.document.text, decoded.document.flags);
}

/** The visible text of a page that is decoded already, with the flags that it has from there. */
export function toVisibleText(html: string, flags: readonly Flag[] = []): ReadResult {
  if (isDeeperThan(maxHtmlDepth, html)) {
    return refuse('TOO_LARGE', `The page has elements nested deeper than ${maxHtmlDepth} levels.`);
  }
  const text = convert(html, {
    wordwrap: false,
    limits: { maxInputLength: Number.POSITIVE_INFINITY },
    formatters: { cell: formatCell, cellParagraph: formatCellParagraph },
    selectors: [...shapes, ...invisible.map((selector) => ({ selector, format: 'skip' }))],
  });
  return checkText(withoutGaps(text), flags);
}

/** Tables that only place things leave lines of white space behind. */
function withoutGaps(text: string): string {
  const lines = text.split('\n').map((line) => line.trimEnd());
  return lines
    .join('\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim();
}

function decodeHtml(bytes: Uint8Array): ReadResult {
  const encoding = hasByteOrderMark(bytes) ? null : declaredEncoding(bytes);
  if (encoding === null) return decodeText(bytes);
  const text = new TextDecoder(encoding).decode(bytes);
  return checkText(text, text.includes('\ufffd') ? ['lossy'] : []);
}

function hasByteOrderMark([first, second, third]: Uint8Array): boolean {
  if (first === 0xef) return second === 0xbb && third === 0xbf;
  return (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
}

/** What `<meta charset>` or `<meta http-equiv>` in the first bytes says, where it can be true and is known. */
function declaredEncoding(bytes: Uint8Array): string | null {
  const head = Buffer.from(bytes.subarray(0, DECLARATION_BYTES)).toString('latin1');
  const label = /<meta\s[^>]*charset\s*=\s*["']?\s*([\w.:-]+)/i.exec(head)?.[1];
  // The declaration could be read byte by byte, so UTF-16 it is not; HTML says to take UTF-8 then, as is the default.
  if (label === undefined || /^utf-?16/i.test(label)) return null;
  try {
    return new TextDecoder(label).encoding;
  } catch {
    return null;
  }
}

/** Where HTML says that a declaration has to stand, and more, as many pages do. */
const DECLARATION_BYTES = 4096;

/** Counts open elements as the parser does, and stops there: more of them would cost it time that grows with their square. */
function isDeeperThan(limit: number, html: string): boolean {
  let depth = 0;
  const parser = new Parser({
    onopentagname: () => {
      depth += 1;
      if (depth > limit) parser.pause();
    },
    onclosetag: () => {
      if (depth <= limit) depth -= 1;
    },
  });
  parser.write(html);
  return depth > limit;
}

const formatCell: FormatCallback = (element, walk, builder) => {
  walk(element.children, builder);
  builder.addLiteral('\t');
};

/** A cell that holds one paragraph is as good as one without it; several are lines of their own. */
const formatCellParagraph: FormatCallback = (element, walk, builder) => {
  const siblings = element.parent?.children ?? [];
  const alone = siblings.every((node) => node === element || (node.type === 'text' && node.data?.trim() === ''));
  if (!alone) builder.openBlock({ leadingLineBreaks: 1 });
  walk(element.children, builder);
  if (!alone) builder.closeBlock({ trailingLineBreaks: 1 });
};

const shapes: SelectorDefinition[] = [
  { selector: 'a', options: { ignoreHref: true } },
  { selector: 'img', format: 'skip' },
  { selector: 'hr', format: 'skip' },
  { selector: 'blockquote', format: 'block' },
  { selector: 'tr', format: 'block', options: { leadingLineBreaks: 1, trailingLineBreaks: 1 } },
  ...['td', 'th'].map((selector) => ({ selector, format: 'cell' })),
  ...['td > p', 'th > p'].map((selector) => ({ selector, format: 'cellParagraph' })),
  ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({ selector, options: { uppercase: false } })),
];

const invisible = [
  'script',
  'style',
  'noscript',
  'template',
  'svg',
  'iframe',
  'nav',
  'button',
  'select',
  'head',
  'title',
  '[hidden]',
  '[style*="display:none" i]',
  '[style*="display: none" i]',
  '[style*="visibility:hidden" i]',
  '[style*="visibility: hidden" i]',
];
