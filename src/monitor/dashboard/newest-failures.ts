import type { ResultLine } from '../../../schemas/result.ts';

/** A document that failed: its id and its code, nothing of its text. */
export type Failure = { readonly id: string; readonly code: string; readonly atMs: number };

const MOST = 20;

/** Keeps the 20 failed lines that came last, in whatever order parts are seen. */
export function createNewestFailures() {
  let kept: Failure[] = [];
  const cut = (): void => {
    kept = kept.sort((one, other) => other.atMs - one.atMs).slice(0, MOST);
  };
  return {
    add: (atMs: number, results: readonly ResultLine[]): void => {
      for (const line of results) {
        if (line.status !== 'failed') continue;
        kept.push({ id: line.id, code: line.error.code, atMs });
        if (kept.length > 2 * MOST) cut();
      }
    },
    /** The newest first. */
    read: (): readonly Failure[] => {
      cut();
      return [...kept];
    },
  };
}
