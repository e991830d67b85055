import type { Span } from '../../../schemas/answer.ts';

/** Whether a span is no piece of a longer word or number, and no number without its minus sign. */
export function standsAlone(text: string, { start, end }: Span): boolean {
  const before = text.slice(Math.max(0, start - 2), start);
  const after = text.slice(end, end + 2);
  const isDigits = /^\d/.test(text.slice(start, start + 1));
  return (
    !/[\p{L}\p{N}]$|\p{N}[.,'’/:-]$/u.test(before) &&
    !/^[\p{L}\p{N}]|^[.,'’/:-]\p{N}/u.test(after) &&
    !(isDigits && /(?:^|[^\p{L}\p{N}])[-−–]$/u.test(before))
  );
}
