import { AppError } from './errors.ts';

/**
 * Signals, in one place. The first SIGINT or SIGTERM asks to stop: `signal` aborts and whoever runs ends in order. The
 * second one ends the process at once, with 130 or 143. A closed terminal (SIGHUP) stops nothing. A process that was
 * started with a channel to its parent, as the workers of `run` are, also stops when the parent is gone.
 */
export function listenForShutdown(): { readonly signal: AbortSignal } & Disposable {
  const controller = new AbortController();
  const stop = (name: NodeJS.Signals): void => {
    if (controller.signal.aborted) process.exit(name === 'SIGTERM' ? 143 : 130);
    controller.abort(new AppError('INCOMPLETE', `Stopped by ${name}; the same command starts again or goes on.`));
  };
  const orphaned = (): void => {
    controller.abort(new AppError('INCOMPLETE', 'Stopped, because the process that started this one is gone.'));
  };
  // The parent may be gone before anybody listened: then the channel is closed already. Without one this is undefined.
  // oxlint-disable-next-line typescript/no-unnecessary-boolean-literal-compare -- the types leave undefined out
  if (process.connected === false) orphaned();
  process.on('SIGINT', stop).on('SIGTERM', stop).on('SIGHUP', ignore).on('disconnect', orphaned);
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => {
      process.off('SIGINT', stop).off('SIGTERM', stop).off('SIGHUP', ignore).off('disconnect', orphaned);
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
