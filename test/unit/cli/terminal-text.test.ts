import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toTerminal } from '../../../src/cli/terminal-text.ts';

const characters = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom(
    '\x1b[31m',
    '\x9b31m',
    '\r',
    '\n',
    '\t',
    '\x7f',
    '\u202e',
    '\u2066',
    '\u2028',
    '\u200f',
    '\u061c',
    '\0',
  ),
);
const textArbitrary = fc.array(characters).map((pieces) => pieces.join(''));
const dangerous = /[\p{Cc}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069\u2028\u2029]/u;

describe('a text for a terminal', () => {
  test('holds no control character and nothing that turns the direction of text [S12]', () => {
    fc.assert(
      fc.property(textArbitrary, (text) => {
        expect(toTerminal(text)).not.toMatch(dangerous);
        expect(toTerminal(text, 'keep-lines').replaceAll(/[\n\t]/g, '')).not.toMatch(dangerous);
      }),
    );
  });

  test('is untouched where there is nothing to fear', () => {
    expect(toTerminal('Grüße, 你好, 👩‍🚀, naïve')).toBe('Grüße, 你好, 👩‍🚀, naïve');
    expect(toTerminal('a\tb\nc', 'keep-lines')).toBe('a\tb\nc');
  });

  test('shows what stood there', () => {
    expect(toTerminal('a\x1b[31m\r\n')).toBe(String.raw`a\u{1b}[31m\u{d}\u{a}`);
    expect(toTerminal('a\r\n', 'keep-lines')).toBe('a\\u{d}\n');
  });
});
