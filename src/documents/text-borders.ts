/**
 * The best place to cut `text` in `(from, to]`: after the last paragraph, else sentence (or line), else word, else
 * between two characters. `from` when there is none, which is when one character fills the range. `from` must not
 * stand inside a surrogate pair.
 */
export function lastBorder(text: string, from: number, to: number): number {
  if (to >= text.length) return text.length;
  const paragraph = [...text.slice(from, to).matchAll(blankLine)].at(-1);
  if (paragraph !== undefined) return from + paragraph.index + paragraph[0].length;
  for (const segmenter of segmenters) {
    const border = segmentAt(segmenter, text, from, to, to).start;
    if (border > from) return border;
  }
  return isInsidePair(text, to) ? to - 1 : to;
}

/** The best place in `[from, to]` to begin a piece of `text`, by the same order of preference; the first of its kind. */
export function firstBorder(text: string, from: number, to: number): number {
  if (from <= 0) return 0;
  const paragraph = text.slice(from, to).matchAll(blankLine).next().value;
  if (paragraph !== undefined) return from + paragraph.index + paragraph[0].length;
  for (const segmenter of segmenters) {
    const { start, end } = segmentAt(segmenter, text, from, from, to);
    if (start === from) return from;
    if (end <= to) return end;
  }
  return isInsidePair(text, from) ? from + 1 : from;
}

const blankLine = /\n[ \t\r]*\n/g;

/** A named locale: without one the segmenter would follow the machine's. */
const segmenters = (['sentence', 'word'] as const).map((granularity) => new Intl.Segmenter('en', { granularity }));

/** The segment that holds the character at `at`, seen with a little of the text around `[from, to]`. */
function segmentAt(
  segmenter: Intl.Segmenter,
  text: string,
  from: number,
  at: number,
  to: number,
): { readonly start: number; readonly end: number } {
  const base = Math.max(0, from - context);
  const segment = segmenter.segment(text.slice(base, to + context)).containing(at - base);
  if (segment === undefined) return { start: at, end: at };
  return { start: base + segment.index, end: base + segment.index + segment.segment.length };
}

const context = 64;

/** Whether `index` stands between the two halves of a character outside the basic plane. */
export function isInsidePair(text: string, index: number): boolean {
  return (text.codePointAt(index - 1) ?? 0) > 0xffff;
}
