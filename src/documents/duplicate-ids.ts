import { hash } from 'node:crypto';

/** Collects ids, then tells which may stand twice. */
export type DuplicateFinder = { add(id: string): void; suspects(): Suspects };

/** Ids that may stand twice: every id that does is among them, and hardly any other (64-bit hashes collide rarely). */
type Suspects = { readonly count: number; has(id: string): boolean };

/**
 * Finds ids that stand twice in a set of any size, with 8 bytes per id while adding and 16 while sorting: it remembers
 * only hashes, and a second pass over the ids that it suspects settles the rest.
 */
export function createDuplicateFinder(): DuplicateFinder {
  const segments: BigUint64Array[] = [];
  let used = segmentLength;
  const add = (id: string): void => {
    if (used === segmentLength) {
      segments.push(new BigUint64Array(segmentLength));
      used = 0;
    }
    const segment = segments.at(-1);
    if (segment !== undefined) segment[used] = hashId(id);
    used += 1;
  };
  return { add, suspects: () => toSuspects(sortedRepeats(concatenate(segments, used))) };
}

const segmentLength = 8192;

function hashId(id: string): bigint {
  return hash('sha256', id, 'buffer').readBigUInt64LE();
}

function concatenate(segments: readonly BigUint64Array[], usedInLast: number): BigUint64Array {
  const all = new BigUint64Array(segments.length * segmentLength);
  for (const [index, segment] of segments.entries()) all.set(segment, index * segmentLength);
  return all.subarray(0, all.length - segmentLength + usedInLast);
}

/** Each hash that stands more than once, once, in order; works in place. */
function sortedRepeats(hashes: BigUint64Array): BigUint64Array {
  hashes.sort();
  let repeats = 0;
  for (let index = 1; index < hashes.length; index += 1) {
    const current = hashes[index];
    if (current === undefined || current !== hashes[index - 1]) continue;
    if (repeats === 0 || hashes[repeats - 1] !== current) hashes[repeats++] = current;
  }
  return hashes.slice(0, repeats);
}

function toSuspects(sorted: BigUint64Array): Suspects {
  return { count: sorted.length, has: (id) => includes(sorted, hashId(id)) };
}

function includes(sorted: BigUint64Array, wanted: bigint): boolean {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const value = sorted[middle];
    if (value === undefined || value === wanted) return value === wanted;
    if (value < wanted) low = middle + 1;
    else high = middle;
  }
  return false;
}
