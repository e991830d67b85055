import { expect, test } from 'vitest';
import type { Flag } from '../../../schemas/result.ts';
import { createRandom } from '../../../src/bench/random.ts';
import { refuse } from '../../../src/documents/refuse.ts';
import { drawInput } from '../../fuzz/draw-input.ts';
import { findFault } from '../../fuzz/find-fault.ts';
import { readOptions } from '../../fuzz/options.ts';

function faultOf(text: string, flags: readonly Flag[] = [], pageStarts?: readonly number[]): string | null {
  return findFault({ status: 'read', document: { text, flags, ...(pageStarts && { pageStarts }) } });
}

test('a proper result has no fault', () => {
  expect(faultOf('a\n\nb', ['lossy'], [0, 3])).toBeNull();
  expect(findFault(refuse('MALFORMED', 'Not whole.'))).toBeNull();
});

test('whatever the contract does not allow is a fault', () => {
  expect(faultOf(' ')).toContain('empty');
  expect(faultOf('a\ud800')).toContain('surrogate');
  expect(faultOf('a\0')).toContain('NUL');
  expect(faultOf('a', ['split'])).toContain('split');
  expect(faultOf('ab', [], [0, 0])).toContain('order');
  expect(faultOf('ab', [], [0, 9])).toContain('order');
  expect(findFault(refuse('PARSE_CRASHED', 'It crashed.'))).toContain('crashed');
});

test('an input follows from its seed, and all kinds are drawn', () => {
  const draw = (seed: number) => drawInput(createRandom(seed));
  const kinds = new Set(Array.from({ length: 1000 }, (_, seed) => draw(seed).kind));
  expect([...kinds].sort()).toEqual(['docx', 'eml', 'html', 'pdf', 'record', 'text']);
  expect(draw(7)).toEqual(draw(7));
  expect(draw(7)).not.toEqual(draw(8));
});

test('it runs for a minute, or until as many inputs are done as are wanted', () => {
  expect(readOptions(['--seed', '1'])).toMatchObject({
    seconds: 60,
    count: Number.POSITIVE_INFINITY,
    seed: 1,
    from: 0,
  });
  expect(readOptions(['--count', '5'])).toMatchObject({ seconds: Number.POSITIVE_INFINITY, count: 5 });
  expect(() => readOptions(['--count', '1.5'])).toThrow('Expected `--count` to be a whole number, got `1.5`.');
});
