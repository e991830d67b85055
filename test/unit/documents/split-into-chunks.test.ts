import fc from 'fast-check';
import { expect, test } from 'vitest';
import { splitIntoChunks } from '../../../src/documents/split-into-chunks.ts';

/** Counts as a tokenizer does: pieces of up to four letters, single signs, bytes of what is rare. */
function countTokens(text: string): number {
  let tokens = 0;
  for (const [piece] of text.matchAll(/[a-zA-Z]{1,4}|\s+|./gsu))
    tokens += piece.charCodeAt(0) > 0x2fff ? piece.length * 2 : 1;
  return tokens;
}

const anyText = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        'word ',
        'Sentence one. ',
        '\n\n',
        '\r\n\r\n',
        '\n',
        '報告書。',
        '😀',
        '👩‍👩‍👧',
        '           ',
        'aaaaaaaaaaaaaaaaaaaa',
        ' '.repeat(200),
        '1'.repeat(25),
        '\ud800',
      ),
      fc.string({ unit: 'grapheme', maxLength: 20 }),
    ),
    { maxLength: 120 },
  )
  .map((pieces) => pieces.join(''));

function chunksOf(text: string, maxTokens: number, overlong: 'split' | 'head-tail') {
  const result = splitIntoChunks(text, { maxTokens, countTokens, overlong });
  return 'error' in result ? [] : result.chunks;
}

test('chunks are slices of the text, fit, cover all of it, overlap and each adds something', () => {
  fc.assert(
    fc.property(anyText, fc.integer({ min: 8, max: 80 }), (text, maxTokens) => {
      const chunks = chunksOf(text, maxTokens, 'split');
      expect(chunks.at(0)?.span.start).toBe(0);
      expect(chunks.at(-1)?.span.end).toBe(text.length);
      for (const [index, { text: piece, span }] of chunks.entries()) {
        expect(piece).toBe(text.slice(span.start, span.end));
        expect(countTokens(piece)).toBeLessThanOrEqual(maxTokens);
        expect(piece.isWellFormed() || !text.isWellFormed()).toBe(true);
        const last = chunks[index - 1]?.span;
        if (last === undefined) continue;
        expect(span.start).toBeGreaterThan(last.start);
        expect(span.start).toBeLessThanOrEqual(last.end);
        expect(span.end).toBeGreaterThan(last.end);
      }
    }),
    { numRuns: 200 },
  );
});

test('head and tail are the beginning and the end, half of the tokens each', () => {
  fc.assert(
    fc.property(anyText, fc.integer({ min: 16, max: 80 }), (text, maxTokens) => {
      fc.pre(countTokens(text) > maxTokens);
      const chunks = chunksOf(text, maxTokens, 'head-tail');
      for (const { text: piece, span } of chunks) {
        expect(piece).toBe(text.slice(span.start, span.end));
        expect(piece).not.toBe('');
        expect(countTokens(piece)).toBeLessThanOrEqual(maxTokens / 2);
        expect(piece.isWellFormed() || !text.isWellFormed()).toBe(true);
      }
      const [head, tail, ...others] = chunks.map(({ span }) => span);
      expect(others).toEqual([]);
      expect([head?.start, tail?.end]).toEqual([0, text.length]);
      expect(head?.end).toBeLessThanOrEqual(tail?.start ?? -1);
    }),
    { numRuns: 200 },
  );
});

test.each(['split', 'head-tail', 'fail'] as const)('a text that fits is one chunk without flags (%s)', (overlong) => {
  const text = 'one two three four ';
  const tokens = countTokens(text);
  expect(splitIntoChunks(text, { maxTokens: tokens, countTokens, overlong })).toEqual({
    chunks: [{ text, span: { start: 0, end: text.length } }],
    flags: [],
  });
});

test('one token too many fails, splits or truncates', () => {
  const text = 'one two three four ';
  const options = { maxTokens: countTokens(text) - 1, countTokens };
  expect(splitIntoChunks(text, { ...options, overlong: 'fail' })).toMatchObject({ error: { code: 'TOO_LONG' } });
  expect(splitIntoChunks(text, { ...options, overlong: 'split' })).toMatchObject({ flags: ['split'] });
  expect(splitIntoChunks(text, { ...options, overlong: 'head-tail' })).toMatchObject({ flags: ['truncated'] });
});

test('a character with more tokens than fit fails, however it is asked', () => {
  for (const overlong of ['split', 'head-tail', 'fail'] as const) {
    const result = splitIntoChunks('😀b😀', { maxTokens: 3, countTokens, overlong });
    expect(result).toMatchObject({ error: { code: 'TOO_LONG' } });
  }
});

/** The last characters of every chunk but the last. */
function cutsOf(text: string): string[] {
  return chunksOf(text, 100, 'split')
    .slice(0, -1)
    .map(({ text: piece }) => piece.slice(-6));
}

test('a chunk may be a single character of two units', () => {
  const chunks = chunksOf(`${'a'.repeat(200)}${'😀'.repeat(3)}`, 4, 'split');
  expect(chunks.slice(-3).map(({ text }) => text)).toEqual(['😀', '😀', '😀']);
});

test('cuts fall after paragraphs, else sentences, else words', () => {
  const paragraph = `${'One two three. '.repeat(3)}\n\n`;
  const line = 'Seven words stand in this one sentence. ';
  expect(new Set(cutsOf(paragraph.repeat(40)))).toEqual(new Set(['ee. \n\n']));
  expect(new Set(cutsOf(line.repeat(40)))).toEqual(new Set(['ence. ']));
  expect(cutsOf('wordy '.repeat(400)).every((cut) => /(^|\s)(wordy)?\s?$/.test(cut.slice(-6)))).toBe(true);
});

test('neighbours share about a tenth', () => {
  const chunks = chunksOf('Some words stand here. '.repeat(400), 200, 'split');
  const shares = chunks.slice(1).map(({ span }, index) => ((chunks[index]?.span.end ?? 0) - span.start) / 600);
  expect(Math.min(...shares)).toBeGreaterThan(0.02);
  expect(Math.max(...shares)).toBeLessThan(0.2);
});

/** How many characters are counted in splitting a text of so many sentences. */
function countedUnits(sentences: number): number {
  let units = 0;
  const count = (text: string) => {
    units += text.length;
    return text.length / 4;
  };
  splitIntoChunks(sentence.repeat(sentences), { maxTokens: 100, countTokens: count, overlong: 'split' });
  return units;
}

const sentence = 'Some words stand here. ';

test('counting grows with the text, not with its square', () => {
  expect(countedUnits(20_000) / countedUnits(2000)).toBeLessThan(12);
  expect(countedUnits(20_000) / (20_000 * sentence.length)).toBeLessThan(3);
});
