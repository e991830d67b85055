import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { COMMIT_BOUNDS, addAttempt, noTotals, workerTotalsSchema } from '../../../src/ledger/worker-totals.ts';
import { anAttempt } from '../../support/heartbeats.ts';

const arbitraryAttempt = fc.record({
  outcome: fc.constantFrom('committed' as const, 'already-complete' as const),
  outcomes: fc.record({
    ok: fc.nat(100),
    failed: fc.dictionary(fc.constantFrom('CHANGED', 'BINARY'), fc.integer({ min: 1, max: 9 })),
    skipped: fc.dictionary(fc.constantFrom('EMPTY'), fc.integer({ min: 1, max: 9 })),
  }),
  tokens: fc.record({ prompt: fc.nat(9), cached: fc.nat(9), forced: fc.nat(9), chosen: fc.nat(9) }),
  seconds: fc.record({ prepare: fc.nat(9), answer: fc.nat(9), conclude: fc.nat(9), commit: fc.nat(99) }),
});

const sum = (numbers: readonly number[]): number => numbers.reduce((one, other) => one + other, 0);

describe('the totals of a worker', () => {
  test('are the sums over its attempts, with the documents of those alone that it committed', () => {
    fc.assert(
      fc.property(fc.array(arbitraryAttempt), (attempts) => {
        const totals = noTotals();
        for (const attempt of attempts) addAttempt(totals, attempt);
        expect(workerTotalsSchema.parse(totals)).toEqual(totals);
        const committed = attempts.filter(({ outcome }) => outcome === 'committed');
        expect(totals.attempts).toEqual({
          committed: committed.length,
          alreadyComplete: attempts.length - committed.length,
          failed: 0,
        });
        expect(totals.outcomes.ok).toBe(sum(committed.map(({ outcomes }) => outcomes.ok)));
        for (const code of ['CHANGED', 'BINARY']) {
          expect(totals.outcomes.failed[code] ?? 0).toBe(
            sum(committed.map(({ outcomes }) => outcomes.failed[code] ?? 0)),
          );
        }
        expect(totals.tokens.cached).toBe(sum(attempts.map(({ tokens }) => tokens.cached)));
        expect(totals.seconds.answer).toBe(sum(attempts.map(({ seconds }) => seconds.answer)));
        expect(sum(totals.commits.classes)).toBe(committed.length);
        expect(totals.commits.seconds).toBe(sum(committed.map(({ seconds }) => seconds.commit)));
      }),
    );
  });

  test('count a commit in the first class whose bound it does not exceed', () => {
    const classOf = (commit: number): number => {
      const totals = noTotals();
      addAttempt(totals, { ...anAttempt, seconds: { ...anAttempt.seconds, commit } });
      return totals.commits.classes.indexOf(1);
    };
    for (const [index, bound] of COMMIT_BOUNDS.entries()) {
      expect([classOf(bound), classOf(bound + 0.0001)]).toEqual([index, index + 1]);
    }
  });
});
