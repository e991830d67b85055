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

const { signal } = new AbortController();

async function chunksOf(text: string, maxTokens: number, overlong: 'split' | 'head-tail') {
  const result = await splitIntoChunks(text, { maxTokens, countTokens, overlong, signal });
  return 'error' in result ? [] : result.chunks;
}

test('chunks are slices of the text, fit, overlap, each adds something, and only white space is in none', async () => {
  await fc.assert(
    fc.asyncProperty(anyText, fc.integer({ min: 8, max: 80 }), async (text, maxTokens) => {
      fc.pre(text.trim() !== '');
      const chunks = await chunksOf(text, maxTokens, 'split');
      let covered = 0;
      let lastStart = -1;
      for (const { text: piece, span } of chunks) {
        expect(piece).toBe(text.slice(span.start, span.end));
        expect(piece.trim()).not.toBe('');
        expect(countTokens(piece)).toBeLessThanOrEqual(maxTokens);
        expect(piece.isWellFormed() || !text.isWellFormed()).toBe(true);
        expect(text.slice(covered, Math.max(covered, span.start)).trim()).toBe('');
        expect(span.start).toBeGreaterThan(lastStart);
        expect(span.end).toBeGreaterThan(covered);
        covered = span.end;
        lastStart = span.start;
      }
      expect(text.slice(covered).trim()).toBe('');
    }),
    { numRuns: 200 },
  );
});

test('head and tail are the beginning and the end but white space, half of the tokens each', async () => {
  await fc.assert(
    fc.asyncProperty(anyText, fc.integer({ min: 16, max: 80 }), async (text, maxTokens) => {
      fc.pre(countTokens(text.trim()) > maxTokens);
      const chunks = await chunksOf(text, maxTokens, 'head-tail');
      for (const { text: piece, span } of chunks) {
        expect(piece).toBe(text.slice(span.start, span.end));
        expect(piece.trim()).not.toBe('');
        expect(countTokens(piece)).toBeLessThanOrEqual(maxTokens / 2);
        expect(piece.isWellFormed() || !text.isWellFormed()).toBe(true);
      }
      const [head, tail, ...others] = chunks.map(({ span }) => span);
      expect(others).toEqual([]);
      expect([text.slice(0, head?.start).trim(), text.slice(tail?.end).trim()]).toEqual(['', '']);
      expect(head?.end).toBeLessThanOrEqual(tail?.start ?? -1);
    }),
    { numRuns: 200 },
  );
});

test.each(['split', 'head-tail', 'fail'] as const)(
  'a text that fits without the white space around it is one chunk without flags (%s)',
  async (overlong) => {
    const count = (text: string) => text.length;
    const text = `${' '.repeat(300)}Total: 12.50${'\n'.repeat(300)}`;
    expect(await splitIntoChunks(text, { maxTokens: 20, countTokens: count, overlong, signal })).toEqual({
      chunks: [{ text: 'Total: 12.50', span: { start: 300, end: 312 } }],
      flags: [],
    });
  },
);

test.each(['split', 'head-tail', 'fail'] as const)(
  'a text that fits is one chunk without flags (%s)',
  async (overlong) => {
    const text = 'one two three four ';
    const tokens = countTokens(text);
    expect(await splitIntoChunks(text, { maxTokens: tokens, countTokens, overlong, signal })).toEqual({
      chunks: [{ text, span: { start: 0, end: text.length } }],
      flags: [],
    });
  },
);

test('one token too many fails, splits or truncates', async () => {
  const text = 'one two three four ';
  const options = { maxTokens: countTokens(text.trim()) - 1, countTokens, signal };
  expect(await splitIntoChunks(text, { ...options, overlong: 'fail' })).toMatchObject({ error: { code: 'TOO_LONG' } });
  expect(await splitIntoChunks(text, { ...options, overlong: 'split' })).toMatchObject({ flags: ['split'] });
  expect(await splitIntoChunks(text, { ...options, overlong: 'head-tail' })).toMatchObject({ flags: ['truncated'] });
});

test('a character with more tokens than fit fails, however it is asked', async () => {
  for (const overlong of ['split', 'head-tail', 'fail'] as const) {
    const result = await splitIntoChunks('😀b😀', { maxTokens: 3, countTokens, overlong, signal });
    expect(result).toMatchObject({ error: { code: 'TOO_LONG' } });
  }
});

test('a text that is too long is refused in a sentence that says how much fits and what to set', async () => {
  const options = { maxTokens: 6, countTokens, overlong: 'fail', signal } as const;
  expect(await splitIntoChunks('one two three four ', options)).toMatchObject({
    error: {
      code: 'TOO_LONG',
      message: 'The document has more than the 6 tokens that fit; set `overlong` of the task to `split`.',
    },
  });
});

test.each([
  ['beginning', '😀 and a few short words'],
  ['end', 'A few short words and 😀'],
])('a text with only its %s too dense for half of the tokens fails rather than losing it', async (_, text) => {
  const options = { maxTokens: 6, countTokens, overlong: 'head-tail', signal } as const;
  expect(await splitIntoChunks(text, options)).toMatchObject({ error: { code: 'TOO_LONG' } });
});

/** The last characters of every chunk but the last. */
async function cutsOf(text: string): Promise<string[]> {
  const chunks = await chunksOf(text, 100, 'split');
  return chunks.slice(0, -1).map(({ text: piece }) => piece.slice(-6));
}

test('a chunk may be a single character of two units', async () => {
  const chunks = await chunksOf(`${'a'.repeat(200)}${'😀'.repeat(3)}`, 4, 'split');
  expect(chunks.slice(-3).map(({ text }) => text)).toEqual(['😀', '😀', '😀']);
});

test('cuts fall after paragraphs, else sentences, else words', async () => {
  const paragraph = `${'One two three. '.repeat(3)}\n\n`;
  const line = 'Seven words stand in this one sentence. ';
  expect(new Set(await cutsOf(paragraph.repeat(40)))).toEqual(new Set(['ee. \n\n']));
  expect(new Set(await cutsOf(line.repeat(40)))).toEqual(new Set(['ence. ']));
  expect((await cutsOf('wordy '.repeat(400))).every((cut) => /(^|\s)(wordy)?\s?$/.test(cut.slice(-6)))).toBe(true);
});

test.each([
  ['paragraphs', `${'One two three. '.repeat(3)}\n\n`, /\n\n$/],
  ['sentences', 'Seven words stand in this one sentence. ', /sentence\. $/],
  ['words', 'wordy ', /wordy ?$/],
])('between %s the head ends, and the tail begins', async (_, unit, border) => {
  const text = unit.repeat(100);
  const chunks = await chunksOf(text, 200, 'head-tail');
  expect(chunks).toHaveLength(2);
  const [head, tail] = chunks;
  expect(head?.text).toMatch(border);
  expect(text.slice(0, tail?.span.start)).toMatch(border);
});

test('neighbours share about a tenth', async () => {
  const chunks = await chunksOf('Some words stand here. '.repeat(400), 200, 'split');
  const shares = chunks.slice(1).map(({ span }, index) => ((chunks[index]?.span.end ?? 0) - span.start) / 600);
  expect(Math.min(...shares)).toBeGreaterThan(0.02);
  expect(Math.max(...shares)).toBeLessThan(0.2);
});

test('neighbours share nothing where that would leave no room for anything new', async () => {
  const words = 'x '.repeat(14);
  const text = `${' '.repeat(410)}${words}${'1'.repeat(200)}`;
  const [first, second] = await chunksOf(text, countTokens(words) + 2, 'split');
  expect(first?.text.endsWith(words)).toBe(true);
  expect(second?.text).toMatch(/^1+$/);
  expect(second?.span.start).toBe(first?.span.end);
});

test('neighbours share nothing where what they would share does not fit at the beginning of a chunk', async () => {
  const count = (text: string) => (text.startsWith('b') ? 1000 : text.length);
  const text = `${'a'.repeat(80)} ${'b'.repeat(9)} ${'c'.repeat(200)}`;
  const result = await splitIntoChunks(text, { maxTokens: 100, countTokens: count, overlong: 'split', signal });
  const [first, second] = 'error' in result ? [] : result.chunks;
  expect(first?.text.endsWith(' bbbbbbbbb ')).toBe(true);
  expect(second?.text).toMatch(/^c+$/);
  expect(second?.span.start).toBe(first?.span.end);
});

test('where a text suddenly gets denser, chunks still take few counts and are well filled', async () => {
  let counts = 0;
  const count = (text: string) => {
    counts += 1;
    return countTokens(text);
  };
  const text = `${'a'.repeat(8000)}${'1'.repeat(4000)}`;
  const result = await splitIntoChunks(text, { maxTokens: 400, countTokens: count, overlong: 'split', signal });
  const chunks = 'error' in result ? [] : result.chunks;
  expect(counts).toBeLessThan(2 * chunks.length);
  expect(Math.min(...chunks.slice(0, -1).map((chunk) => countTokens(chunk.text)))).toBeGreaterThan(400 / 3);
});

/** How many characters are counted in splitting a text of so many sentences. */
async function countedUnits(sentences: number): Promise<number> {
  let units = 0;
  const count = (text: string) => {
    units += text.length;
    return text.length / 4;
  };
  await splitIntoChunks(sentence.repeat(sentences), { maxTokens: 100, countTokens: count, overlong: 'split', signal });
  return units;
}

const sentence = 'Some words stand here. ';

test('counting grows with the text, not with its square', async () => {
  expect((await countedUnits(20_000)) / (await countedUnits(2000))).toBeLessThan(12);
  expect((await countedUnits(20_000)) / (20_000 * sentence.length)).toBeLessThan(3);
});

test('never counts a huge text at once, however few tokens its stretches have', async () => {
  let longest = 0;
  const count = (text: string) => {
    longest = Math.max(longest, text.length);
    return Math.ceil(text.length / 31);
  };
  const text = `Dear Sir,${' '.repeat(4_000_000)}yours.`;
  const result = await splitIntoChunks(text, { maxTokens: 500, countTokens: count, overlong: 'split', signal });
  expect(result).toMatchObject({ flags: ['split'], chunks: [{ span: { start: 0 } }, { span: { end: text.length } }] });
  expect(longest).toBeLessThanOrEqual(500 * 16);
});

test('leaves the event loop its turns, and stops when it is told to', async () => {
  const controller = new AbortController();
  const reason = new Error('The job is lost.');
  setImmediate(() => controller.abort(reason));
  let counts = 0;
  const count = (text: string) => {
    counts += 1;
    for (const startedMs = performance.now(); performance.now() - startedMs < 10;);
    return text.length / 4;
  };
  const options = { maxTokens: 100, countTokens: count, overlong: 'split', signal: controller.signal } as const;
  await expect(splitIntoChunks(sentence.repeat(2000), options)).rejects.toBe(reason);
  expect(counts).toBeLessThan(20);
});
