import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ChunkAnswer } from '../../../schemas/answer.ts';
import { type JsonObject, valueAt } from '../../../schemas/json.ts';
import { toExtractions } from '../../../src/cli/result-formats/to-extractions.ts';
import { decodeText } from '../../../src/documents/decode-text.ts';
import { splitIntoChunks } from '../../../src/documents/split-into-chunks.ts';
import { locateSpans } from '../../../src/engine/answer/locate-spans.ts';
import { compileTask } from '../../../src/task/compile-task.ts';
import { concludeAnswer } from '../../../src/task/merge-answers.ts';
import { walkAnswer } from '../../../src/task/walk-answer.ts';
import { toyAnswer } from '../engine/toy-answer.ts';
import { createToyModel } from '../engine/toy-model.ts';
import { aTask, anObject } from '../task/a-task.ts';

const verbatim: JsonObject = { type: 'string', 'x-docmill': { verbatim: true }, maxLength: 12 };
const orNull = (schema: JsonObject): JsonObject => ({ anyOf: [schema, { type: 'null' }] });
const normalized = (type: string, normalize: string): JsonObject =>
  orNull({ type, 'x-docmill': { verbatim: true, normalize } });

const task = compileTask(
  aTask(
    anObject({
      name: verbatim,
      other: orNull(verbatim),
      amount: normalized('number', 'number'),
      day: normalized('string', 'date'),
      rows: { type: 'array', maxItems: 6, items: anObject({ text: verbatim, n: normalized('number', 'number') }) },
    }),
  ),
);

/** What makes offsets go wrong: astral and combining characters, both directions, line ends, marks of byte order. */
const pieces = fc.oneof(
  fc.constantFrom('東京都', '漢', '한국어', 'ไทย', '𝔘𝔫𝔦', '𠮷野', '👩‍👩‍👧', '🇨🇭', '👍🏽', '❤️'),
  fc.constantFrom('e\u0301', 'a\u0308\u0323', 'שלום', 'مرحبا', '٣٤', '\u202bab\u202c', '\u200f', 'ﬁ', '\u00a0'),
  fc.constantFrom('\r\n', '\n', '\r', '\r\n\r\n', '\t', '\ufeff', '\u2028', '\u0000', '\ufffd', '\u{10ffff}'),
  fc.constantFrom('12.50', '1.204,50', '5. März 2026', '2026-03-05', '"quoted"', '\\', 'Ann', 'Ann Ann'),
  fc.string({ unit: 'grapheme', maxLength: 6 }),
);
const texts = fc.array(pieces, { minLength: 1, maxLength: 40 }).map((all) => all.join(' '));

const encodings = fc.constantFrom('utf-8', 'utf-8 with mark', 'utf-16le', 'utf-16be');

function encode(text: string, encoding: string): Uint8Array {
  if (encoding === 'utf-8') return Buffer.from(text);
  if (encoding === 'utf-8 with mark') return Buffer.from(`\ufeff${text}`);
  const little = Buffer.from(`\ufeff${text}`, 'utf16le');
  return encoding === 'utf-16le' ? little : little.swap16();
}

async function chunksOf(text: string, maxTokens: number) {
  const signal = new AbortController().signal;
  const countTokens = (piece: string): number => Buffer.byteLength(piece);
  const split = await splitIntoChunks(text, { maxTokens, countTokens, overlong: 'split', signal });
  return 'error' in split ? [] : split.chunks;
}

type Concluded = Extract<ReturnType<typeof concludeAnswer>, { status: 'concluded' }>;

/** What a model without sense answers about a file, in as many chunks as are needed; undefined where there is no answer. */
async function answerFile(bytes: Uint8Array, maxTokens: number, seed: number) {
  const read = decodeText(bytes);
  if (read.status !== 'read') return undefined;
  const { text } = read.document;
  const chunks = await chunksOf(text, maxTokens);
  if (chunks.length === 0) return undefined;
  const answers = chunks.map((chunk, index) => {
    return { span: chunk.span, answer: toyAnswer(task.output, chunk.text, createToyModel(seed + index)) };
  });
  const conclusion = concludeAnswer(task, text, answers);
  // Only a chunk without anything that could be copied leaves the fields empty that may not be null.
  if (conclusion.status === 'concluded') return { text, chunks: chunks.length, conclusion };
  if (conclusion.error.code !== 'ANSWER_INVALID') throw new Error(conclusion.error.message);
  return undefined;
}

/** The value that was copied for a field. */
function copyOf({ answer, spans }: Concluded, pointer: string): unknown {
  return spans?.[pointer]?.text ?? valueAt(answer, pointer);
}

test(
  'every span cuts the verbatim value out of the text, in whatever script, through chunks and merging',
  { timeout: 120_000 },
  async () => {
    const seen = { spans: 0, split: 0, pairs: 0 };
    await fc.assert(
      fc.asyncProperty(
        texts,
        encodings,
        fc.integer({ min: 24, max: 200 }),
        fc.nat(),
        async (source, encoding, ...more) => {
          const answered = await answerFile(encode(source, encoding), ...more);
          if (answered === undefined) return;
          const { text, chunks, conclusion } = answered;
          const spans = Object.entries(conclusion.spans ?? {});
          for (const [pointer, { start, end }] of spans) {
            expect(text.slice(start, end)).toBe(copyOf(conclusion, pointer));
            expect(text.slice(start, end).isWellFormed()).toBe(true);
          }
          const copied = [...walkAnswer(task.output, conclusion.answer)].filter(
            ({ field, value }) => field.type === 'verbatim' && value !== null,
          );
          expect(copied.filter(({ pointer }) => conclusion.spans?.[pointer] === undefined)).toEqual([]);
          seen.spans += spans.length;
          seen.split += chunks > 1 ? 1 : 0;
          seen.pairs += spans.filter(([, { start, end }]) =>
            /[\u{10000}-\u{10ffff}]/u.test(text.slice(start, end)),
          ).length;
        },
      ),
      { numRuns: 150 },
    );
    // The property has looked at something; how much of it is chance.
    expect(seen.split).toBeGreaterThan(5);
    expect(seen.spans).toBeGreaterThan(50);
    expect(seen.pairs).toBeGreaterThan(0);
  },
);

test('offsets in code points map back to the same text', { timeout: 120_000 }, async () => {
  let intervals = 0;
  await fc.assert(
    fc.asyncProperty(texts, fc.integer({ min: 24, max: 200 }), fc.nat(), async (source, ...more) => {
      const answered = await answerFile(Buffer.from(source), ...more);
      if (answered === undefined) return;
      const { text, conclusion } = answered;
      const points = Array.from(text);
      const line = { ...conclusion, id: 'x', status: 'ok', flags: undefined } as const;
      const placed = toExtractions(task.output, line, text).filter(({ char_interval }) => char_interval !== null);
      expect(placed).toHaveLength(Object.keys(conclusion.spans ?? {}).length);
      for (const { char_interval, extraction_text, attributes } of placed) {
        expect(points.slice(char_interval?.start_pos, char_interval?.end_pos).join('')).toBe(extraction_text);
        expect(extraction_text).toBe(copyOf(conclusion, attributes['pointer'] ?? ''));
      }
      intervals += placed.length;
    }),
    { numRuns: 80 },
  );
  expect(intervals).toBeGreaterThan(20);
});

const words = compileTask(aTask(anObject({ words: { type: 'array', maxItems: 256, items: verbatim } })));

test('values that repeat get their own places in reading order, those in the overlap of chunks once', async () => {
  const word = fc.constantFrom('ink', 'ink', 'pen', '12', 'cap');
  const space = fc.constantFrom(' ', '  ', '\n', '\r\n\r\n', '. ', ' 👍🏽 ');
  const lines = fc
    .array(fc.tuple(word, space), { minLength: 1, maxLength: 80, size: 'max' })
    .map((all) => all.flat().join(''));
  let split = 0;
  await fc.assert(
    fc.asyncProperty(lines, fc.integer({ min: 24, max: 120 }), async (text, maxTokens) => {
      const chunks = await chunksOf(text, maxTokens);
      const conclusion = concludeAnswer(
        words,
        text,
        chunks.map((chunk) => ({ span: chunk.span, answer: readWords(chunk.text) })),
      );
      const spans = conclusion.status === 'concluded' ? Object.values(conclusion.spans ?? {}) : [];
      expect(spans).toEqual(wordsOf(text).map(({ index, 0: found }) => ({ start: index, end: index + found.length })));
      split += chunks.length > 1 ? 1 : 0;
    }),
  );
  expect(split).toBeGreaterThan(5);
});

function wordsOf(text: string): RegExpExecArray[] {
  return [...text.matchAll(/[a-z]+|\d+/g)];
}

/** The answer of a model that finds every word. */
function readWords(text: string): ChunkAnswer {
  const value = { words: wordsOf(text).map(([found]) => found) };
  const tokens = { prompt: 1, cached: 0, forced: 0, chosen: 1 };
  return { value, confidence: {}, labels: {}, spans: locateSpans(words.output, value, text), tokens };
}
