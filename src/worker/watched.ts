/** How long a process may give no sign of life before it is ended. */
export type WatchLimits = {
  /** Its event loop stands still: locks are not renewed, nobody hears a signal. */
  readonly loopMs: number;
  /** Its work takes no step, for instance because a native call does not return. */
  readonly stepMs: number;
};

/** What a process counts for its watchdog: turns of its event loop, steps of its work, and pieces of work in hand. */
export const counters = { turns: 0, steps: 1, works: 2 } as const;

/** What the thread of the watchdog is told: whom it watches, and where that one counts. */
export type Watched = WatchLimits & { readonly pid: number; readonly seen: Int32Array<SharedArrayBuffer> };

/** How often the thread looks at a count that may stand still for so long. */
export function lookMs(limitMs: number): number {
  return Math.min(1_000, limitMs / 10);
}
