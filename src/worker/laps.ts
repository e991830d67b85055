/** Each call of what this gives returns the seconds since the one before. */
export function startLaps(): () => number {
  let sinceMs = performance.now();
  return () => {
    const nowMs = performance.now();
    const seconds = (nowMs - sinceMs) / 1000;
    sinceMs = nowMs;
    return seconds;
  };
}
