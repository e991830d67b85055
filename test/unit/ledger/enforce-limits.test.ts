import { describe, expect, test } from 'vitest';
import type { Limits } from '../../../schemas/run.ts';
import { enforceLimits, reachedLimit } from '../../../src/ledger/enforce-limits.ts';
import { appendState, readState } from '../../../src/ledger/run-state.ts';
import { aRun } from '../../support/a-run.ts';
import { createFastFiles } from '../../support/fast-files.ts';

const deadline = '2026-01-02T12:00:00.000Z';
const noonMs = Date.parse(deadline);
const twenty = [Array.from({ length: 20 }, (_, index) => `${index}.txt`)];

describe('a limit', () => {
  test.for<{ limits: Limits; failures: number; nowMs: number; reached: string | null }>([
    { limits: {}, failures: 20, nowMs: noonMs, reached: null },
    { limits: { deadline }, failures: 0, nowMs: noonMs - 1, reached: null },
    { limits: { deadline }, failures: 0, nowMs: noonMs, reached: 'deadline' },
    { limits: { maxFailures: 2 }, failures: 2, nowMs: noonMs, reached: null },
    { limits: { maxFailures: 2 }, failures: 3, nowMs: noonMs, reached: 'max-failures' },
    { limits: { maxFailures: 0 }, failures: 0, nowMs: noonMs, reached: null },
    { limits: { maxFailures: 0 }, failures: 1, nowMs: noonMs, reached: 'max-failures' },
    { limits: { maxFailures: { percent: 10 } }, failures: 2, nowMs: noonMs, reached: null },
    { limits: { maxFailures: { percent: 10 } }, failures: 3, nowMs: noonMs, reached: 'max-failures' },
    { limits: { maxFailures: 5, deadline }, failures: 9, nowMs: noonMs + 1, reached: 'deadline' },
  ])('$limits with $failures of 20 failed is $reached', async ({ limits, failures, nowMs, reached }) => {
    await using files = await createFastFiles();
    const open = await aRun(files.directory, twenty, { limits });
    expect(reachedLimit(open.run, failures, nowMs)).toBe(reached);
    expect(await enforceLimits(open, failures, nowMs)).toBe(reached !== null);
    const { kind, last } = await readState(open.paths);
    expect(kind).toBe(reached === null ? 'open' : 'cancelled');
    const at = new Date(nowMs).toISOString();
    expect(last).toEqual(reached === null ? null : { state: 'cancelled', at, reason: reached });
  });

  test('is enforced once by several at the same time', async () => {
    await using files = await createFastFiles();
    const open = await aRun(files.directory, twenty, { limits: { deadline } });
    const enforced = await Promise.all(Array.from({ length: 5 }, () => enforceLimits(open, 0, noonMs)));
    expect(enforced).toEqual([true, true, true, true, true]);
    expect((await readState(open.paths)).number).toBe(1);
  });

  test('that a resume has lifted is not enforced again', async () => {
    await using files = await createFastFiles();
    const open = await aRun(files.directory, twenty, { limits: { deadline } });
    await enforceLimits(open, 0, noonMs);
    await appendState(open.paths, await readState(open.paths), { state: 'resumed', at: deadline });
    expect(await enforceLimits(open, 0, noonMs)).toBe(false);
    expect((await readState(open.paths)).kind).toBe('open');
  });

  test('does not reopen or cancel a complete run', async () => {
    await using files = await createFastFiles();
    const open = await aRun(files.directory, twenty, { limits: { deadline } });
    await appendState(open.paths, await readState(open.paths), {
      state: 'complete',
      at: deadline,
      round: 1,
      results: open.run.planSha256,
    });
    expect(await enforceLimits(open, 0, noonMs)).toBe(false);
    expect((await readState(open.paths)).kind).toBe('complete');
  });
});
