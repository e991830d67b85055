import type { Span } from '../../schemas/answer.ts';
import type { Flag } from '../../schemas/result.ts';
import type { Overlong } from '../../schemas/task.ts';
import { createBreather } from '../breather.ts';
import type { Chunk, DocumentError } from './document.ts';
import { refuse } from './refuse.ts';
import { firstBorder, lastBorder } from './text-borders.ts';
import { type TokenGauge, createTokenGauge } from './token-gauge.ts';

type SplitOptions = {
  /** The most tokens of one chunk, by `countTokens`. */
  readonly maxTokens: number;
  readonly countTokens: (text: string) => number;
  readonly overlong: Overlong;
  readonly signal: AbortSignal;
};

type SplitText = { readonly chunks: Chunk[]; readonly flags: Flag[] } | { readonly error: DocumentError };

/**
 * Cuts a document's text into chunks that fit the model: the whole text where it fits, or all of it but the white space
 * around it; else as `overlong` says: `fail` gives `TOO_LONG`; `head-tail` its beginning and its end in half of
 * `maxTokens` each; `split` chunks that together hold all of it but white space and overlap by about a tenth, cut at
 * paragraphs, else sentences, else words. A chunk is exactly `text.slice(span.start, span.end)`, never only white space
 * and never cuts a surrogate pair. Time grows with the text's length, and the event loop has its turn meanwhile; rejects
 * with the signal's reason.
 */
export async function splitIntoChunks(text: string, options: SplitOptions): Promise<SplitText> {
  const { maxTokens, countTokens, overlong, signal } = options;
  const gauge = createTokenGauge(countTokens, createBreather(signal));
  const inner = withoutMargins(text);
  for (const span of [{ start: 0, end: text.length }, inner]) {
    const piece = text.slice(span.start, span.end);
    if (await gauge.fits(piece, maxTokens)) return { chunks: [{ text: piece, span }], flags: [] };
  }
  switch (overlong) {
    case 'fail':
      return tooLong(maxTokens);
    case 'head-tail':
      return toSplitText(text, await headAndTail(text, inner, maxTokens, gauge), 'truncated', maxTokens);
    case 'split':
      return toSplitText(text, await overlappingSpans(text, maxTokens, gauge), 'split', maxTokens);
    default:
      return overlong satisfies never;
  }
}

function withoutMargins(text: string): Span {
  const end = text.trimEnd().length;
  return { start: Math.min(end, text.length - text.trimStart().length), end };
}

async function headAndTail(text: string, inner: Span, maxTokens: number, gauge: TokenGauge): Promise<Span[] | null> {
  const body = text.slice(inner.start, inner.end);
  const budget = Math.floor(maxTokens / 2);
  const head = await longestFit(body, budget, gauge, (length) => spanFrom(body, 0, length));
  const tail = await longestFit(body, budget, gauge, (length) => spanUpToEnd(body, length));
  if (head === null || tail === null) return null;
  return [head, tail].map(({ start, end }) => ({ start: inner.start + start, end: inner.start + end }));
}

async function overlappingSpans(text: string, budget: number, gauge: TokenGauge): Promise<Span[] | null> {
  const spans: Span[] = [];
  let [start, covered] = [0, 0];
  while (covered < text.length) {
    const from = start;
    const span = await longestFit(text, budget, gauge, (length) => spanFrom(text, from, length));
    if (span === null && start === covered) return null;
    if (span === null || span.end <= covered) {
      // The shared beginning leaves no room for anything new.
      start = covered;
      continue;
    }
    spans.push(span);
    covered = span.end;
    start = overlapStart(text, span);
  }
  return spans;
}

/**
 * The longest span, of those that `spanOf` gives for a wished length, whose tokens are at most `budget`; null when not
 * even one character fits. Sets out from the estimate, so that it mostly counts once.
 */
async function longestFit(
  text: string,
  budget: number,
  gauge: TokenGauge,
  spanOf: (length: number) => Span,
): Promise<Span | null> {
  let wished = Math.max(2, Math.floor(budget * gauge.charsPerToken() * margin));
  for (;;) {
    const span = spanOf(wished);
    const length = span.end - span.start;
    if (length === 0) return null;
    const tokens = await gauge.count(text.slice(span.start, span.end));
    if (tokens <= budget) return span;
    const shrunk = Math.min(length - 1, Math.floor((length * budget * margin) / tokens));
    // Two units may be one character.
    wished = length > 2 ? Math.max(2, shrunk) : length - 1;
  }
}

/** Estimates aim a little below the budget: one that is too long costs another count. */
const margin = 0.95;

/** Cuts are sought in the last three tenths of a chunk. */
function spanFrom(text: string, start: number, length: number): Span {
  return { start, end: lastBorder(text, start + Math.floor(length * 0.7), start + length) };
}

function spanUpToEnd(text: string, length: number): Span {
  const end = text.length;
  return { start: firstBorder(text, end - length, end - Math.floor(length * 0.7)), end };
}

/** Where the chunk after `span` begins: about a tenth before its end, or at its end if it is too short for that. */
function overlapStart(text: string, { start, end }: Span): number {
  const length = end - start;
  return firstBorder(text, end - Math.floor(length * 0.12), end - Math.floor(length * 0.06));
}

/** Of nothing but white space there is nothing to say, so such pieces are no chunks. */
function toSplitText(text: string, spans: readonly Span[] | null, flag: Flag, maxTokens: number): SplitText {
  if (spans === null) return tooLong(maxTokens);
  const chunks = spans.map((span) => ({ text: text.slice(span.start, span.end), span }));
  return { chunks: chunks.filter((chunk) => chunk.text.trim() !== ''), flags: [flag] };
}

function tooLong(maxTokens: number): SplitText {
  return refuse(
    'TOO_LONG',
    `The document has more than the ${maxTokens} tokens that fit; set \`overlong\` of the task to \`split\`.`,
  );
}
