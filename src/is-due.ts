/**
 * A question that is answered with true once in `intervalMs` at most, for what should not be said more often: for the
 * first time at once, or when that long has passed.
 */
export function createIsDue(intervalMs: number, first: 'at once' | 'later'): () => boolean {
  let lastMs = first === 'at once' ? Number.NEGATIVE_INFINITY : performance.now();
  return () => {
    if (performance.now() - lastMs < intervalMs) return false;
    lastMs = performance.now();
    return true;
  };
}
