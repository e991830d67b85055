/** What was answered while a command watched, and how long that took. */
export type Pace = { readonly documents: number; readonly seconds: number };

/** Measures the documents that come while it is updated; what was there before does not count. */
export function createPaceMeasure() {
  const startedMs = performance.now();
  let before: number | null = null;
  let done = 0;
  return {
    update: (documents: number): void => {
      before ??= documents;
      done = documents;
    },
    /** Null when nothing came. */
    pace: (): Pace | null => {
      const documents = done - (before ?? 0);
      return documents === 0 ? null : { documents, seconds: (performance.now() - startedMs) / 1000 };
    },
  };
}
