/** Work that never runs twice at the same time. */
export type SingleFlight = (() => void) & {
  /** Resolves when nothing runs any more; what was asked for meanwhile is dropped. */
  readonly settled: () => Promise<void>;
};

/**
 * Starts `work` when called; a call while it runs starts it once more afterwards. What it throws goes to `onError`.
 */
export function singleFlight(work: () => Promise<void>, onError: (error: unknown) => void): SingleFlight {
  let running: Promise<void> | null = null;
  let again = false;
  // What throws before there is a promise goes the same way as what throws later.
  const attempt = async (): Promise<void> => work();
  const loop = async (): Promise<void> => {
    do {
      again = false;
      await attempt().catch(onError);
    } while (again);
    running = null;
  };
  const start = (): void => {
    if (running === null) running = loop();
    else again = true;
  };
  const settled = async (): Promise<void> => {
    again = false;
    await running;
  };
  return Object.assign(start, { settled });
}
