import { analyse } from 'chardet';

/**
 * The text of bytes that are no UTF-8, where the code page can be told from how often which letters stand in it; null
 * where it cannot: of too few such bytes, of several code pages that fit as well, or where one of the bytes has no meaning
 * in the page that fits best. Every byte has a meaning in most code pages, so a guess is never certain.
 */
export function guessEncoding(bytes: Uint8Array): string | null {
  const sample = bytes.subarray(0, SAMPLE_BYTES);
  if (sample.filter((byte) => byte >= 0x80).length < LEAST_BYTES) return null;
  const [best, second] = analyse(sample);
  if (best === undefined || best.confidence < LEAST_CONFIDENCE) return null;
  if (second !== undefined && best.confidence - second.confidence < LEAST_LEAD) return null;
  return decode(bytes, widerPages[best.name] ?? best.name);
}

const SAMPLE_BYTES = 64 * 1024;
/** A word or two say nothing: `café` is well-formed in twenty code pages. */
const LEAST_BYTES = 16;
/** Of 100. What is in a page that the detector does not know reaches less than half of that. */
const LEAST_CONFIDENCE = 55;
const LEAST_LEAD = 20;

/** The pages of Windows hold all letters of the standards' pages, and are what is in use. */
const widerPages: Readonly<Record<string, string>> = {
  'ISO-8859-1': 'windows-1252',
  'ISO-8859-7': 'windows-1253',
  'ISO-8859-8': 'windows-1255',
  'ISO-8859-9': 'windows-1254',
};

function decode(bytes: Uint8Array, encoding: string): string | null {
  try {
    const text = new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes);
    // Bytes without a meaning in a page of Windows become controls of terminals, which no text holds.
    return /[\u0080-\u009f]/.test(text) ? null : text;
  } catch {
    return null;
  }
}
