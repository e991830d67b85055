import type { Heartbeat } from '../ledger/heartbeats.ts';

/** A worker as it was last heard of. */
export type Worker = {
  readonly heartbeat: Heartbeat;
  readonly ageMs: number;
  /** Documents per second of late; null before there are two looks at it. */
  readonly rate: number | null;
};

/** Long enough to hold a few shards of 5 to 30 seconds. */
const WINDOW_MS = 120_000;

type Look = { readonly atMs: number; readonly documents: number };

/** Measures how many documents a second each worker does, over the last two minutes that somebody looked. */
export function createWorkerRates() {
  const looks = new Map<string, readonly Look[]>();
  return {
    /** Adds its rate to each heartbeat; workers that are gone are forgotten. */
    look: (beats: readonly Omit<Worker, 'rate'>[], atMs: number): Worker[] => {
      const names = new Set(beats.map(({ heartbeat }) => heartbeat.worker));
      for (const worker of looks.keys()) if (!names.has(worker)) looks.delete(worker);
      return beats.map(({ heartbeat, ageMs }) => {
        const { worker, documents } = heartbeat;
        const kept = [...(looks.get(worker) ?? []), { atMs, documents }].filter((one) => one.atMs >= atMs - WINDOW_MS);
        looks.set(worker, kept);
        return { heartbeat, ageMs, rate: rateOf(kept) };
      });
    },
  };
}

function rateOf(looks: readonly Look[]): number | null {
  const [first, last] = [looks[0], looks.at(-1)];
  if (first === undefined || last === undefined || last.atMs <= first.atMs) return null;
  return (last.documents - first.documents) / ((last.atMs - first.atMs) / 1000);
}
