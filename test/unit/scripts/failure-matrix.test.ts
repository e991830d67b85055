import { describe, expect, test } from 'vitest';
import { type FailureRow, failureRows, namedTests, statusOf, testsIn } from '../../../scripts/failure-matrix.ts';

const aRow = (note: string): FailureRow => ({ id: 'P1', section: 'Processes', fault: 'a', behaviour: 'b', note });
const aTest = { name: 'it works', file: 'test/a.test.ts', ids: ['P1'] };

describe('the failure matrix', () => {
  test('has each id once', () => {
    const ids = failureRows().map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBeGreaterThan(150);
  });

  test('has a row for every id that a test names', () => {
    const known = new Set(failureRows().map(({ id }) => id));
    expect(namedTests().flatMap(({ ids, file }) => ids.filter((id) => !known.has(id)).map((id) => [id, file]))).toEqual(
      [],
    );
  });

  test('has a test or a reason for every row', () => {
    const tests = namedTests();
    for (const row of failureRows()) {
      const own = tests.filter(({ ids }) => ids.includes(row.id));
      expect(() => statusOf(row, own)).not.toThrow();
    }
  });
});

describe('a row', () => {
  test('is tested, in part, by design or not yet', () => {
    expect(statusOf(aRow(''), [aTest])).toBe('tested');
    expect(statusOf(aRow('partly: x'), [aTest])).toBe('tested in part: x');
    expect(statusOf(aRow('by design: x'), [])).toBe('by design: x');
    expect(statusOf(aRow('not yet: x'), [])).toBe('not yet: x');
  });

  test('may not say that there is no test where there is one, nor be silent where there is none', () => {
    expect(() => statusOf(aRow('not yet: x'), [aTest])).toThrow('P1 has tests');
    expect(() => statusOf(aRow(''), [])).toThrow('neither');
    expect(() => statusOf(aRow('partly: x'), [])).toThrow('neither');
  });
});

test('ids are read from the ends of names, ranges included', () => {
  // Put together, so that this text is not itself taken for a test.
  const text = ["test('kills ", '[P1-P3]', ' [D2]', "', run); test('no id [P1] here', run);"].join('');
  expect(testsIn('a', text)).toEqual([{ name: 'kills', file: 'a', ids: ['P1', 'P2', 'P3', 'D2'] }]);
});
