import { setTimeout as pause } from 'node:timers/promises';

const LOOK_MS = 20;

/** Waits until `condition` gives something true, and returns it; throws what was waited for when it takes too long. */
export async function waitUntil<T>(
  what: string,
  condition: () => T | Promise<T>,
  timeoutMs = 60_000,
): Promise<NonNullable<T>> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const value = await condition();
    if (value !== false && value !== null && value !== undefined) return value;
    if (performance.now() > deadline) throw new Error(`Waited ${timeoutMs} ms in vain until ${what}.`);
    await pause(LOOK_MS);
  }
}
