/** Long enough to average over shards of 5 to 30 seconds, short enough to follow workers that come and go. */
const WINDOW_MS = 60_000;

type Arrival = { readonly atMs: number; readonly documents: number };

/** Measures documents per second over the last minute, or over as much of it as there is. */
export function createRateMeter() {
  let arrivals: Arrival[] = [];
  const forget = (nowMs: number): void => {
    arrivals = arrivals.filter(({ atMs }) => atMs > nowMs - WINDOW_MS).sort((one, other) => one.atMs - other.atMs);
  };
  return {
    add: (atMs: number, documents: number): void => {
      arrivals.push({ atMs, documents });
    },
    /** Null until two arrivals tell how long something took. */
    rate: (nowMs: number): number | null => {
      forget(nowMs);
      const [first, ...later] = arrivals;
      if (first === undefined || later.length === 0) return null;
      // What the first arrival brought was worked on before the time that is measured.
      const documents = later.reduce((sum, arrival) => sum + arrival.documents, 0);
      return documents / Math.max((nowMs - first.atMs) / 1000, 0.001);
    },
    /** One standard error of the rate as a share of it, as if parts came at random: 1 / √ of how many were seen. */
    error: (nowMs: number): number | null => {
      forget(nowMs);
      return arrivals.length < 2 ? null : 1 / Math.sqrt(arrivals.length - 1);
    },
  };
}
