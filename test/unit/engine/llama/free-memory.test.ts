import { totalmem } from 'node:os';
import { expect, test } from 'vitest';
import { cachedFileBytes, freeMemory } from '../../../../src/engine/llama/free-memory.ts';

test('files that the kernel keeps in memory count as free, in groups of either version', () => {
  const second = 'anon 500\nfile 400\ninactive_anon 7\nactive_anon 8\ninactive_file 300\nactive_file 100\nshmem 0\n';
  expect(cachedFileBytes(second)).toBe(400);
  const first = `cache 9\n${second}total_cache 999\ntotal_inactive_file 3000\ntotal_active_file 1000\n`;
  expect(cachedFileBytes(first)).toBe(4000);
  expect(cachedFileBytes('')).toBe(0);
});

test('what is free is something, and no more than the machine has', () => {
  expect(freeMemory()).toBeGreaterThan(0);
  expect(freeMemory()).toBeLessThanOrEqual(totalmem());
});
