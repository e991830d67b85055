/**
 * Signals, in one place. The first SIGINT or SIGTERM asks to stop: `signal` aborts and whoever runs ends in order. The
 * second one ends the process at once, with 130 or 143. A closed terminal (SIGHUP) stops nothing.
 */
export function listenForShutdown(): { readonly signal: AbortSignal } & Disposable {
  const controller = new AbortController();
  const stop = (name: NodeJS.Signals): void => {
    if (controller.signal.aborted) process.exit(name === 'SIGTERM' ? 143 : 130);
    controller.abort(new Error(`stopped by ${name}`));
  };
  process.on('SIGINT', stop).on('SIGTERM', stop).on('SIGHUP', ignore);
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => {
      process.off('SIGINT', stop).off('SIGTERM', stop).off('SIGHUP', ignore);
    },
  };
}

function ignore(): void {}

/** Resolves when the signal aborts. */
export async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  signal.addEventListener('abort', () => resolve(), { once: true });
  await promise;
}
