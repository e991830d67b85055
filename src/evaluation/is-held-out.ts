import { createHash } from 'node:crypto';

/** A text without its looks: texts that differ in case, white space or the form of their characters are the same. */
export function normalizeText(text: string): string {
  return text.normalize('NFKC').toLowerCase().split(/\s+/u).join(' ').trim();
}

/**
 * Whether a document belongs to the `share` that is kept for judging. Its text decides, whatever its case and white
 * space: no text is ever on both sides, and a document stays on its side when others are added.
 */
export function isHeldOut(text: string, share: number): boolean {
  const digest = createHash('sha256')
    .update(`held out ${normalizeText(text)}`)
    .digest();
  return digest.readUIntBE(0, 6) / 2 ** 48 < share;
}
