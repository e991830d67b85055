import { describe, expect, test } from 'vitest';
import { singleFlight } from '../../../src/worker/single-flight.ts';

/** Work that ends when it is told to. */
function controlledWork() {
  const starts: (() => void)[] = [];
  let running = 0;
  const seen = { most: 0 };
  const work = async (): Promise<void> => {
    running += 1;
    seen.most = Math.max(seen.most, running);
    const { promise, resolve } = Promise.withResolvers<void>();
    starts.push(resolve);
    await promise;
    running -= 1;
  };
  const endOne = async (): Promise<void> => {
    starts.at(-1)?.();
    // The loop goes on in a few microtasks.
    await new Promise(setImmediate);
  };
  return { work, endOne, starts, seen };
}

const rethrow = (error: unknown): void => {
  throw error;
};

describe('single flight', () => {
  test('tells of work that throws, with or without a promise, and starts it again', async () => {
    const told: unknown[] = [];
    const works = [
      () => {
        throw new Error('at once');
      },
      () => Promise.reject(new Error('later')),
      () => Promise.resolve(),
    ];
    const start = singleFlight(
      () => works.shift()?.() ?? Promise.resolve(),
      (error) => told.push(error),
    );
    for (let calls = 0; calls < 3; calls += 1) {
      start();
      await start.settled();
    }
    expect(told).toEqual([new Error('at once'), new Error('later')]);
    expect(works).toEqual([]);
  });

  test('never runs its work twice at the same time, and once more for all calls meanwhile', async () => {
    const { work, endOne, starts, seen } = controlledWork();
    const start = singleFlight(work, rethrow);
    for (let calls = 0; calls < 5; calls += 1) start();
    expect(starts).toHaveLength(1);
    await endOne();
    expect(starts).toHaveLength(2);
    await endOne();
    expect(starts).toHaveLength(2);
    start();
    expect(starts).toHaveLength(3);
    await endOne();
    expect(seen.most).toBe(1);
  });

  test('settles after what runs, and drops what was asked for meanwhile', async () => {
    const { work, endOne, starts } = controlledWork();
    const start = singleFlight(work, rethrow);
    start();
    start();
    const settled = start.settled();
    await endOne();
    await settled;
    expect(starts).toHaveLength(1);
  });

  test('hands over what its work throws, and works again', async () => {
    const errors: unknown[] = [];
    let runs = 0;
    const start = singleFlight(
      async () => {
        runs += 1;
        throw new Error(`run ${runs}`);
      },
      (error) => errors.push(error),
    );
    start();
    await start.settled();
    start();
    await start.settled();
    expect(errors.map(String)).toEqual(['Error: run 1', 'Error: run 2']);
  });
});
