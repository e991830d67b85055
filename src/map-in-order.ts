/**
 * Applies `work` to each value of `source`, at most `limit` at a time, and yields the results in the order of `source`.
 * When the consumer stops, or anything throws, it waits for the work that has begun.
 */
export async function* mapInOrder<Value, Result>(
  source: AsyncIterable<Value> | Iterable<Value>,
  limit: number,
  work: (value: Value) => Promise<Result>,
): AsyncGenerator<Result> {
  const begun: Promise<Result>[] = [];
  try {
    for await (const value of source) {
      const result = work(value);
      // A later result may fail while an earlier one is awaited; the failure is met when its turn comes.
      result.catch(() => {});
      begun.push(result);
      const first = begun.length < limit ? undefined : begun.shift();
      if (first !== undefined) yield await first;
    }
    for (let first = begun.shift(); first !== undefined; first = begun.shift()) yield await first;
  } finally {
    await Promise.allSettled(begun);
  }
}
