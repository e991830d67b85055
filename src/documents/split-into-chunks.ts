import type { Span } from '../../schemas/answer.ts';
import type { Flag } from '../../schemas/result.ts';
import type { Overlong } from '../../schemas/task.ts';
import type { Chunk, DocumentError } from './document.ts';
import { refuse } from './refuse.ts';
import { firstBorder, lastBorder } from './text-borders.ts';

type SplitOptions = {
  /** The most tokens of one chunk, by `countTokens`. */
  readonly maxTokens: number;
  readonly countTokens: (text: string) => number;
  readonly overlong: Overlong;
};

type SplitText = { readonly chunks: Chunk[]; readonly flags: Flag[] } | { readonly error: DocumentError };

/**
 * Cuts a document's text into chunks that fit the model: the whole text where it fits, else as `overlong` says:
 * `fail` gives `TOO_LONG`; `head-tail` its beginning and its end in half of `maxTokens` each; `split` chunks that
 * together hold all of it and overlap by about a tenth, cut at paragraphs, else sentences, else words. A chunk is
 * exactly `text.slice(span.start, span.end)` and never cuts a surrogate pair. Time grows with the text's length.
 */
export function splitIntoChunks(text: string, options: SplitOptions): SplitText {
  const { maxTokens, countTokens, overlong } = options;
  const end = lastBorder(text, 0, maxTokens * probeCharsPerToken);
  const probe = { end, tokens: countTokens(text.slice(0, end)) };
  if (fitsWhole(text, probe, options)) return { chunks: [toChunk(text, { start: 0, end: text.length })], flags: [] };
  const gauge = { countTokens, charsPerToken: charsPerToken(probe.end, probe.tokens) };
  switch (overlong) {
    case 'fail':
      return tooLong(maxTokens);
    case 'head-tail':
      return toSplitText(text, headAndTail(text, Math.floor(maxTokens / 2), gauge), 'truncated', maxTokens);
    case 'split':
      return toSplitText(text, overlappingSpans(text, maxTokens, gauge), 'split', maxTokens);
    default:
      return overlong satisfies never;
  }
}

/** More characters than the tokens of any ordinary text have, so that most texts that fit are counted once, whole. */
const probeCharsPerToken = 8;

/** A beginning with clearly too many tokens settles it without counting the rest. */
function fitsWhole(text: string, probe: { end: number; tokens: number }, options: SplitOptions): boolean {
  if (probe.end === text.length) return probe.tokens <= options.maxTokens;
  return probe.tokens < options.maxTokens * 1.5 && options.countTokens(text) <= options.maxTokens;
}

/** How to count, and the characters of a token where the text was counted last: what the next estimate starts from. */
type Gauge = { readonly countTokens: (text: string) => number; charsPerToken: number };

function headAndTail(text: string, budget: number, gauge: Gauge): Span[] | null {
  const head = longestFit(text, budget, gauge, (length) => spanFrom(text, 0, length));
  const tail = longestFit(text, budget, gauge, (length) => spanUpToEnd(text, length));
  return head === null || tail === null ? null : [head, tail];
}

function overlappingSpans(text: string, budget: number, gauge: Gauge): Span[] | null {
  const spans: Span[] = [];
  let [start, covered] = [0, 0];
  while (covered < text.length) {
    const from = start;
    const span = longestFit(text, budget, gauge, (length) => spanFrom(text, from, length));
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
function longestFit(text: string, budget: number, gauge: Gauge, spanOf: (length: number) => Span): Span | null {
  let wished = Math.max(2, Math.floor(budget * gauge.charsPerToken * margin));
  for (;;) {
    const span = spanOf(wished);
    const length = span.end - span.start;
    if (length === 0) return null;
    const tokens = gauge.countTokens(text.slice(span.start, span.end));
    if (tokens <= budget) {
      gauge.charsPerToken = charsPerToken(length, tokens);
      return span;
    }
    const shrunk = Math.min(length - 1, Math.floor((length * budget * margin) / tokens));
    // Two units may be one character.
    wished = length > 2 ? Math.max(2, shrunk) : length - 1;
  }
}

/** Estimates aim a little below the budget: one that is too long costs another count. */
const margin = 0.95;

/** Blank stretches have tokens of many characters; an estimate from there must not reach over half the text. */
function charsPerToken(length: number, tokens: number): number {
  return Math.min(length / Math.max(1, tokens), 16);
}

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
  const from = end - Math.floor(length * 0.12);
  const border = from === end ? end : firstBorder(text, from, end - Math.floor(length * 0.06));
  return border > start ? border : end;
}

function toSplitText(text: string, spans: readonly Span[] | null, flag: Flag, maxTokens: number): SplitText {
  return spans === null ? tooLong(maxTokens) : { chunks: spans.map((span) => toChunk(text, span)), flags: [flag] };
}

function toChunk(text: string, span: Span): Chunk {
  return { text: text.slice(span.start, span.end), span };
}

function tooLong(maxTokens: number): SplitText {
  return refuse(
    'TOO_LONG',
    `The document has more than the ${maxTokens} tokens that fit; set \`overlong\` of the task to \`split\`.`,
  );
}
