import { isUtf8 } from 'node:buffer';
import type { Flag } from '../../schemas/result.ts';
import type { ReadResult } from './document.ts';
import { guessEncoding } from './guess-encoding.ts';
import { refuse } from './refuse.ts';

/**
 * The text in a document's bytes, without byte order mark, otherwise unchanged. UTF-8 and UTF-16 are recognised, the
 * latter also without a mark by its NUL bytes. Of other text the code page is guessed where there is enough of it, and
 * flagged `guessed-encoding`: a wrong guess puts characters into answers that the document never had. Otherwise it is read
 * as UTF-8 with U+FFFD for what is none, and flagged `lossy`; so is UTF-8 with a few broken bytes. Refuses with `BINARY`
 * or `EMPTY`. The text never holds a lone surrogate.
 */
export function decodeText(bytes: Uint8Array): ReadResult {
  if (hasBinarySignature(bytes)) return binary();
  const { encoding, start } = detectEncoding(bytes);
  const body = bytes.subarray(start);
  const valid = encoding === 'utf-8' ? isUtf8(body) : isWellFormedUtf16(body, encoding);
  const guessed = valid || encoding !== 'utf-8' || start > 0 || isMostlyUtf8(body) ? null : guessEncoding(body);
  if (guessed !== null) return checkText(guessed, ['guessed-encoding']);
  // A second byte order mark is text.
  return checkText(new TextDecoder(encoding, { ignoreBOM: true }).decode(body), valid ? [] : ['lossy']);
}

/** Whether more letters beyond ASCII are UTF-8 than not: no other encoding gives such bytes by chance. */
function isMostlyUtf8(bytes: Uint8Array): boolean {
  const beyond = new TextDecoder('utf-8').decode(bytes).replaceAll(/\p{ASCII}+/gu, '');
  return 2 * beyond.replaceAll('\ufffd', '').length > beyond.length;
}

/**
 * Whether a string is a document's text: `EMPTY`, `BINARY`, or the text with the flags that it has already, lone surrogates
 * replaced and flagged.
 */
export function checkText(raw: string, known: readonly Flag[] = []): ReadResult {
  if (raw.trim() === '') return refuse('EMPTY', 'The document holds no text.');
  const text = raw.toWellFormed();
  if (isMostlyUnprintable(text)) return binary();
  const flags: readonly Flag[] = text === raw || known.includes('lossy') ? known : [...known, 'lossy'];
  return { status: 'read', document: { text, flags } };
}

function binary(): ReadResult {
  return refuse('BINARY', 'The document is not text in UTF-8 or UTF-16; convert it first.');
}

function hasBinarySignature(bytes: Uint8Array): boolean {
  const start = Buffer.from(bytes.subarray(0, 8)).toString('latin1');
  return signatures.some((signature) => start.startsWith(signature));
}

/** PDF; ZIP (also DOCX, XLSX, …); PNG; JPEG; gzip; Zstandard; the compound files of older office programs. */
const signatures = [
  '%PDF-',
  'PK\x03\x04',
  '\x89PNG',
  '\xff\xd8\xff',
  '\x1f\x8b',
  '\x28\xb5\x2f\xfd',
  '\xd0\xcf\x11\xe0',
];

type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be';

function detectEncoding(bytes: Uint8Array): { readonly encoding: Encoding; readonly start: number } {
  const [first, second, third] = bytes;
  if (first === 0xef && second === 0xbb && third === 0xbf) return { encoding: 'utf-8', start: 3 };
  if (first === 0xff && second === 0xfe) return { encoding: 'utf-16le', start: 2 };
  if (first === 0xfe && second === 0xff) return { encoding: 'utf-16be', start: 2 };
  return { encoding: guessByNulBytes(bytes), start: 0 };
}

/** Every second byte of UTF-16 text in a Latin script is NUL, and UTF-8 text has none. */
function guessByNulBytes(bytes: Uint8Array): Encoding {
  const sample = bytes.subarray(0, 4096);
  let [even, odd] = [0, 0];
  for (const [index, byte] of sample.entries()) {
    if (byte !== 0) continue;
    if (index % 2 === 0) even += 1;
    else odd += 1;
  }
  if (bytes.length % 2 === 1 || Math.max(even, odd) * 4 < sample.length) return 'utf-8';
  if (even === 0) return 'utf-16le';
  return odd === 0 ? 'utf-16be' : 'utf-8';
}

function isWellFormedUtf16(bytes: Uint8Array, encoding: Encoding): boolean {
  try {
    new TextDecoder(encoding, { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** Text has no NUL, and less than three in ten of its characters are control characters or replaced bytes. */
function isMostlyUnprintable(text: string): boolean {
  let unprintable = 0;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit === 0) return true;
    if (isControl(unit) || unit === 0xfffd) unprintable += 1;
  }
  return unprintable * 10 > text.length * 3;
}

/** C0 controls except tab to carriage return and escape, which colours logs; DEL. */
function isControl(unit: number): boolean {
  return (unit < 0x20 && !(unit >= 0x09 && unit <= 0x0d) && unit !== 0x1b) || unit === 0x7f;
}
