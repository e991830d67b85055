import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { watchForSilence } from '../../../../src/engine/model-cache/silence.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test('a server that sends something now and then is not silent, however long it takes', () => {
  using silence = watchForSilence(1_000);
  for (let piece = 0; piece < 10; piece += 1) {
    vi.advanceTimersByTime(900);
    silence.restart();
  }
  expect(silence.signal.aborted).toBe(false);
  vi.advanceTimersByTime(1_000);
  expect(silence.signal.reason).toEqual(new Error('silent for 1 s'));
});

test('nobody is silent who is not listened to any more', () => {
  const silence = watchForSilence(1_000);
  silence[Symbol.dispose]();
  expect(vi.getTimerCount()).toBe(0);
});
