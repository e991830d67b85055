import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson } from '../../../src/task/canonical-json.ts';

function shuffled(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(shuffled);
  }
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value)
        .toReversed()
        .map(([name, member]) => [name, shuffled(member)]),
    );
  }
  return value;
}

test('canonical JSON is JSON of the same value, whatever the order of members', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = canonicalJson(value);
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      expect(canonicalJson(shuffled(value))).toBe(text);
    }),
  );
});

test('members are sorted by UTF-16 code units at every depth', () => {
  expect(canonicalJson({ b: [{ z: 1, a: 2 }], a: null, '\u{1F600}': 1, '\uFB33': 2 })).toBe(
    '{"a":null,"b":[{"a":2,"z":1}],"\u{1F600}":1,"\uFB33":2}',
  );
});

test('a member without a value is left out', () => {
  expect(canonicalJson({ a: undefined, b: 1 })).toBe('{"b":1}');
});
