import type { Random } from '../../src/bench/random.ts';
import { buildPdf } from '../support/build-pdf.ts';
import { buildDocx, wordParagraph } from '../support/docx.ts';
import { makeZip } from '../support/zip.ts';
import { mutate } from './mutate.ts';

export type Kind = 'text' | 'record' | 'html' | 'eml' | 'docx' | 'pdf';

/** Bytes to be read as a document of `kind`; `forced`: by the parser of that kind, whatever they look like. */
export type FuzzInput = { readonly kind: Kind; readonly forced: boolean; readonly bytes: Buffer };

/** Of a thousand; a PDF takes a thousand times as long as a text. */
const shares: readonly (readonly [Kind, number])[] = [
  ['text', 350],
  ['record', 350],
  ['html', 160],
  ['eml', 120],
  ['docx', 14],
  ['pdf', 6],
];

/** A document of a kind, sometimes whole, else changed in up to six places. */
export function drawInput(random: Random): FuzzInput {
  const kind = drawKind(random.below(1000));
  const bytes = drawBytes(kind, random);
  // Most changes of a packed file only spoil its sums; its content was changed before it was packed.
  const isSpared = random.below(4) < (kind === 'docx' ? 3 : 1);
  const changes = isSpared ? 0 : 1 + random.below(6);
  return { kind, forced: random.below(5) === 0, bytes: mutate(bytes, changes, random) };
}

function drawKind(thousandth: number): Kind {
  let sum = 0;
  for (const [kind, share] of shares) {
    sum += share;
    if (thousandth < sum) return kind;
  }
  return 'text';
}

function drawBytes(kind: Kind, random: Random): Buffer {
  const text = drawText(random);
  switch (kind) {
    case 'text':
      return Buffer.from(`${random.pick(['', '\ufeff', '# '])}${text}`, random.pick(['utf8', 'utf16le', 'latin1']));
    case 'record':
      return Buffer.from(
        JSON.stringify({ id: random.pick<string | number | null>(['a', 7, null]), text, more: [{ deep: [text] }] }),
      );
    case 'html':
      return Buffer.from(drawPage(text, random));
    case 'eml':
      return Buffer.from(drawMail(text, random), random.pick(['utf8', 'latin1']));
    case 'docx':
      return drawWord(text, random);
    case 'pdf':
      return buildPdf([text.replaceAll(/[^ -~]|[()\\]/g, ' '), random.pick(['', 'two'])]);
    default:
      return kind satisfies never;
  }
}

const words = ['Invoice', 'Größe', '1.204,50', '日本', '\u{1f600}', '<b>', '&amp;', '\u202e', '\ufffe', '\t', '\r\n'];

function drawText(random: Random): string {
  return Array.from({ length: random.below(40) }, () => words[random.below(words.length)]).join(
    random.pick([' ', '', '\n']),
  );
}

function drawPage(text: string, random: Random): string {
  const open = random.pick(['<div>', '<td>', '<p hidden>', '<pre>', '<!--', '<script>', '<li><ul>']);
  const body = `${open.repeat(random.below(30))}${text}<table><tr><td>a<td><p>b</table>${text}`;
  return `${random.pick(['<!doctype html>', '<html>', '<?xml?><html>'])}<meta charset=${random.pick(['utf-8', 'shift_jis', 'utf-16', 'x'])}>${body}`;
}

function drawMail(text: string, random: Random): string {
  const encoding = random.pick(['7bit', 'base64', 'quoted-printable', 'x']);
  const part = `Content-Type: ${random.pick(['text/plain', 'text/html', 'message/rfc822', 'image/png'])}; charset=${random.pick(['utf-8', 'gb18030', '?'])}\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n${text}\r\n`;
  const head = `From: "${text.slice(0, 20).replaceAll(/\s/g, ' ')}" <a@b.c>\r\nSubject: =?utf-8?${random.pick(['B', 'Q', 'X'])}?=C3=A4?=\r\nMIME-Version: 1.0\r\n`;
  if (random.below(2) === 0) return `${head}${part}`;
  const parts = Array.from({ length: random.below(4) }, () => `--X\r\n${part}`).join('');
  return `${head}Content-Type: multipart/${random.pick(['mixed', 'alternative', 'related'])}; boundary=X\r\n\r\n${parts}--X--\r\n`;
}

function drawWord(text: string, random: Random): Buffer {
  const escaped = text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll(/[\0\ufffe]/g, '');
  const xml = Buffer.from(`<w:tbl><w:tr><w:tc>${wordParagraph(escaped)}</w:tc></w:tr></w:tbl>${wordParagraph('x')}`);
  const body = mutate(xml, random.pick([0, 0, 1]), random).toString('utf8');
  if (random.below(8) > 0) return buildDocx(body);
  const declaredBytes = random.below(1000);
  return makeZip([
    { name: 'word/document.xml', content: body, declaredBytes },
    { name: 'word/styles.xml', content: escaped, declaredBytes },
  ]);
}
