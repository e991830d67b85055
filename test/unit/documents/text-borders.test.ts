import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { firstBorder, isInsidePair, lastBorder } from '../../../src/documents/text-borders.ts';

const anyText = fc
  .array(
    fc.oneof(
      fc.constantFrom('word ', 'Sentence one. ', '\n\n', '\r\n \r\n', '\n', '報告書。', '😀', '👩‍👩‍👧', '𝒳𝒴𝒵', '\uffff'),
      fc.string({ unit: 'grapheme', maxLength: 10 }),
    ),
    { maxLength: 60 },
  )
  .map((pieces) => pieces.join(''))
  .filter((text) => text.isWellFormed());

/** A text and a range of it. */
const anyRange = fc
  .tuple(anyText, fc.nat(300), fc.nat(100))
  .map(([text, at, length]) => ({ text, from: Math.min(at, text.length), length }));

/** One that begins between two characters. */
const anyWholeRange = anyRange.filter(({ text, from }) => !splitsPair(text, from));

function splitsPair(text: string, index: number): boolean {
  return !text.slice(0, index).isWellFormed();
}

describe('the last border', () => {
  test('lies in the range and splits no surrogate pair', () => {
    fc.assert(
      fc.property(anyWholeRange, ({ text, from, length }) => {
        const border = lastBorder(text, from, from + length);
        expect(border).toBeGreaterThanOrEqual(from);
        expect(border).toBeLessThanOrEqual(Math.min(from + length, text.length));
        expect(splitsPair(text, border)).toBe(false);
      }),
    );
  });

  test.each([
    ['the last paragraph', 'One.\n\nTwo.\n \t\r\n', 'Three. Four'],
    ['the last sentence if no paragraph ends there', 'One two. Three four. ', 'Five six'],
    ['the last line if no paragraph ends there', 'One two\nthree four\n', 'five six'],
    ['the last word if no sentence ends there', 'one two three ', 'fou'],
  ])('is after %s', (_, before, after) => {
    expect(lastBorder(`${before}${after}r and more.`, 0, before.length + after.length)).toBe(before.length);
  });

  test('is at the end of the range in a single word, or before the character that ends beyond it', () => {
    expect(lastBorder('a'.repeat(9), 0, 5)).toBe(5);
    expect(lastBorder('𝒳'.repeat(9), 0, 5)).toBe(4);
    expect(lastBorder('𝒳'.repeat(9), 0, 1)).toBe(0);
  });

  test('is the end of the text where the range reaches it, whatever stands before', () => {
    const text = 'One.\n\nTwo. Three four';
    expect(lastBorder(text, 0, text.length)).toBe(text.length);
    expect(lastBorder(text, 0, text.length + 1)).toBe(text.length);
  });
});

describe('the first border', () => {
  test('lies in the range and splits no surrogate pair', () => {
    fc.assert(
      fc.property(anyRange, ({ text, from, length }) => {
        const to = Math.min(from + length, text.length);
        fc.pre(!splitsPair(text, to));
        const border = firstBorder(text, from, to);
        expect(border).toBeGreaterThanOrEqual(from);
        expect(border).toBeLessThanOrEqual(to);
        expect(splitsPair(text, border)).toBe(false);
      }),
    );
  });

  test.each([
    ['the first paragraph', 'ne. Two.\n \t\r\n', 'Three.\n\nFour.'],
    ['the first sentence if no paragraph ends there', 'ne two. ', 'Three four. Five six'],
    ['the first line if no paragraph ends there', 'ne two\n', 'three four\nfive six'],
    ['the first word if no sentence ends there', 'ne', ' two three four'],
  ])('is after %s', (_, before, after) => {
    const text = `O${before}${after} and more.`;
    expect(firstBorder(text, 1, 1 + before.length + after.length)).toBe(1 + before.length);
    expect(firstBorder(text, 1, 1 + before.length)).toBe(1 + before.length);
  });

  test('is where the range begins if a sentence begins there, else a word', () => {
    expect(firstBorder('One two. Three four. Five six. ', 9, 28)).toBe(9);
    expect(firstBorder('One two three four five six.', 4, 20)).toBe(4);
  });

  test('is where the range begins in a single word, or after the character that begins before it', () => {
    expect(firstBorder('a'.repeat(9), 3, 6)).toBe(3);
    expect(firstBorder('𝒳'.repeat(9), 3, 6)).toBe(4);
  });

  test('is the beginning of the text where the range reaches it, whatever stands behind', () => {
    expect(firstBorder('One.\n\nTwo. Three four', 0, 12)).toBe(0);
    expect(firstBorder('One.\n\nTwo. Three four', -1, 12)).toBe(0);
  });

  test('is the end of the text when nothing is left', () => {
    expect(firstBorder('One two.', 8, 8)).toBe(8);
  });
});

test('only an index between the two halves of one character is inside a pair', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      for (let index = 0; index <= text.length; index += 1)
        expect(isInsidePair(text, index)).toBe(splitsPair(text, index));
    }),
  );
  expect(isInsidePair('\uffff\uffff', 1)).toBe(false);
  expect(isInsidePair('\ud83d\ud83d\ude00\ude00', 1)).toBe(false);
  expect(isInsidePair('\ud83d\ud83d\ude00\ude00', 3)).toBe(false);
});
