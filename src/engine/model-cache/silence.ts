/** Aborts when nothing came for a while: a connection that is cut off without a word never ends by itself. */
export function watchForSilence(
  silenceMs: number,
): { readonly signal: AbortSignal; readonly restart: () => void } & Disposable {
  const controller = new AbortController();
  const silent = (): void => controller.abort(new Error(`silent for ${silenceMs / 1000} s`));
  const timer = setTimeout(silent, silenceMs);
  return {
    signal: controller.signal,
    restart: () => void timer.refresh(),
    [Symbol.dispose]: () => clearTimeout(timer),
  };
}
