export type RatePoint = { readonly startMs: number; readonly documents: number };

const FIRST_WIDTH_MS = 1_000;
const MOST_POINTS = 120;

/**
 * Documents over time, in at most 120 steps of equal width whatever the time between the first and the last: when they
 * do not fit any more, steps of twice the width take their place.
 */
export function createRateHistory() {
  let widthMs = FIRST_WIDTH_MS;
  let steps = new Map<number, number>();
  const bounds = (): readonly [number, number] => [Math.min(...steps.keys()), Math.max(...steps.keys())];
  const widen = (): void => {
    widthMs *= 2;
    const wider = new Map<number, number>();
    for (const [step, documents] of steps) {
      const place = Math.floor(step / 2);
      wider.set(place, (wider.get(place) ?? 0) + documents);
    }
    steps = wider;
  };
  return {
    add: (atMs: number, documents: number): void => {
      for (;;) {
        const step = Math.floor(atMs / widthMs);
        const [first, last] = bounds();
        if (steps.size > 0 && Math.max(last, step) - Math.min(first, step) >= MOST_POINTS) {
          widen();
          continue;
        }
        steps.set(step, (steps.get(step) ?? 0) + documents);
        return;
      }
    },
    /** Every step from the first to the last, those without documents too. */
    read: (): { readonly widthMs: number; readonly points: readonly RatePoint[] } => {
      if (steps.size === 0) return { widthMs, points: [] };
      const [first, last] = bounds();
      const points = Array.from({ length: last - first + 1 }, (_, index) => ({
        startMs: (first + index) * widthMs,
        documents: steps.get(first + index) ?? 0,
      }));
      return { widthMs, points };
    },
  };
}

export type RateHistory = ReturnType<ReturnType<typeof createRateHistory>['read']>;
