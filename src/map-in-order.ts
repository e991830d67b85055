/**
 * Applies `work` to each value of `source`, at most `limit` at a time, and yields the results in the order of `source`.
 * When the consumer stops, or anything throws, it waits for the work that has begun. What throws, `source` or `work`, is
 * thrown in its turn, behind the results before it.
 */
export async function* mapInOrder<Value, Result>(
  source: AsyncIterable<Value>,
  limit: number,
  work: (value: Value) => Promise<Result>,
): AsyncGenerator<Result> {
  const begun: Promise<Result>[] = [];
  try {
    for await (const value of endingInFailure(source)) {
      const result = 'failure' in value ? Promise.reject(value.failure) : work(value.value);
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

/** The values of a source, and behind them what it threw, if it did. */
async function* endingInFailure<Value>(
  source: AsyncIterable<Value>,
): AsyncGenerator<{ readonly value: Value } | { readonly failure: unknown }> {
  try {
    for await (const value of source) yield { value };
  } catch (failure) {
    yield { failure };
  }
}
