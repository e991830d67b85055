/** Where a text stops being JSON: line and column from 1; undefined when it is JSON. */
export function findJsonError(text: string): { line: number; column: number } | undefined {
  const error = parseError(text);
  if (error === undefined) {
    return undefined;
  }
  return toPlace(text, readPosition(error) ?? findUnexpected(text));
}

/** Line and column, from 1, of the place `at` in a text. */
export function toPlace(text: string, at: number): { line: number; column: number } {
  const before = text.slice(0, at).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

function parseError(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return String(error);
  }
}

function readPosition(error: string): number | undefined {
  const position = / at position (\d+)/.exec(error)?.[1];
  return position === undefined ? undefined : Number(position);
}

/** V8 does not say where an unexpected token is: it ends the shortest beginning of the text that has the same error. */
function findUnexpected(text: string): number {
  let [good, bad] = [0, text.length + 1];
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2);
    if (parseError(text.slice(0, middle))?.includes('Unexpected token')) {
      bad = middle;
    } else {
      good = middle;
    }
  }
  return bad - 1;
}
