/**
 * Turns UTF-16 offsets of a text into offsets in code points, which is what Python counts in. Offsets may come in any
 * order; each costs one binary search over the characters outside the basic plane.
 */
export function codePointOffsets(text: string): (offset: number) => number {
  const pairs = Array.from(text.matchAll(/[\u{10000}-\u{10ffff}]/gu), ({ index }) => index);
  return (offset) => offset - countBelow(pairs, offset);
}

/** How many of the sorted numbers are below `limit`. */
function countBelow(sorted: readonly number[], limit: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? 0) < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
