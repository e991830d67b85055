/**
 * Asks a question that may take for ever, such as one to a queue that is away: null when there is no answer within
 * `milliseconds`, or when it fails. A question that is still open is not asked again.
 */
export function askWithin<T>(ask: () => Promise<T>, milliseconds: number): () => Promise<T | null> {
  let open: Promise<T | null> | null = null;
  return async () => {
    open ??= ask()
      .catch(() => null)
      .finally(() => {
        open = null;
      });
    const { promise: elapsed, resolve } = Promise.withResolvers<null>();
    const timer = setTimeout(resolve, milliseconds, null);
    try {
      return await Promise.race([open, elapsed]);
    } finally {
      clearTimeout(timer);
    }
  };
}
