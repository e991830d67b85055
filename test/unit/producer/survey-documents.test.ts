import fc from 'fast-check';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openInputs } from '../../../src/documents/find-documents.ts';
import { estimateTokens } from '../../../src/producer/plan-shards.ts';
import { estimateSeconds, surveyDocuments } from '../../../src/producer/survey-documents.ts';
import { createFastFiles } from '../../support/fast-files.ts';

const never = new AbortController().signal;

describe('a survey', () => {
  test('counts all documents and draws a few of them, in their order', async () => {
    await using files = await createFastFiles();
    for (let bytes = 0; bytes < 30; bytes += 1) await files.write(`docs/${10 + bytes}.txt`, 'x'.repeat(bytes));
    await using inputs = await openInputs([join(files.directory, 'docs')], { storeDirectory: null });
    const survey = await surveyDocuments(inputs, { dedupe: false, earlier: null }, never);
    expect(survey).toMatchObject({ documents: 30, bytes: (29 * 30) / 2 });
    expect(survey.estimatedTokens).toBe(
      Array.from({ length: 30 }, (_, bytes) => estimateTokens(bytes)).reduce((sum, tokens) => sum + tokens, 0),
    );
    const ids = survey.sample.map(({ id }) => id);
    expect(ids).toHaveLength(8);
    expect(ids).toEqual(ids.toSorted());
  });

  test('looks at the selected documents only', async () => {
    await using files = await createFastFiles({ 'docs/a.txt': 'a', 'docs/b.txt': 'bb', 'docs/c.txt': 'ccc' });
    await using inputs = await openInputs([join(files.directory, 'docs')], { storeDirectory: null });
    const { documents, bytes, sample } = await surveyDocuments(
      inputs,
      { limit: 2, dedupe: false, earlier: null },
      never,
    );
    expect([documents, bytes, sample.map(({ id }) => id)]).toEqual([2, 3, ['a.txt', 'b.txt']]);
  });
});

test('a survey that compares contents counts each of them once, and the others apart', async () => {
  await using files = await createFastFiles({ 'docs/a.txt': 'aa', 'docs/b.txt': 'b', 'docs/c.txt': 'aa' });
  await using inputs = await openInputs([join(files.directory, 'docs')], {
    storeDirectory: null,
    compareRecords: true,
  });
  const survey = await surveyDocuments(inputs, { dedupe: true, earlier: null }, never);
  expect(survey).toMatchObject({ documents: 2, aliases: 1, bytes: 3 });
  expect(await surveyDocuments(inputs, { dedupe: false, earlier: null }, never)).toMatchObject({
    documents: 3,
    aliases: 0,
    bytes: 5,
  });
});

test('a survey that compares contents counts files apart whose documents cannot be found', async () => {
  await using files = await createFastFiles({ 'docs/a.jsonl.gz': 'no gzip', 'docs/b.jsonl.gz': 'no gzip' });
  await using inputs = await openInputs([join(files.directory, 'docs')], {
    storeDirectory: null,
    compareRecords: true,
  });
  const survey = await surveyDocuments(inputs, { dedupe: true, earlier: null }, never);
  expect(survey).toMatchObject({ documents: 2, aliases: 0 });
});

describe('an estimate', () => {
  test('of documents that all take the same time per token is exact and certain', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 8 }),
        fc.double({ min: 1e-4, max: 10, noNaN: true }),
        fc.integer({ min: 1, max: 1_000_000 }),
        (sizes, pace, total) => {
          const estimate = estimateSeconds(
            total,
            sizes.map((tokens) => ({ tokens, seconds: tokens * pace })),
          );
          expect(estimate?.seconds).toBeCloseTo(total * pace, -Math.log10(total * pace) + 6);
          expect(estimate?.relativeError).toBeCloseTo(0, 6);
        },
      ),
    );
  });

  test('is less certain the more the sample scatters', () => {
    const timings = (spread: number) => [1 - spread, 1, 1 + spread].map((seconds) => ({ seconds, tokens: 100 }));
    const errors = [0, 0.1, 0.5].map((spread) => estimateSeconds(1000, timings(spread))?.relativeError ?? -1);
    expect(errors[0]).toBe(0);
    expect(errors[1]).toBeCloseTo((2 * 0.1) / Math.sqrt(3), 6);
    expect(errors[2]).toBeGreaterThan(errors[1] ?? Infinity);
  });

  test('from nothing is none', () => {
    expect(estimateSeconds(1000, [])).toBeNull();
    expect(estimateSeconds(1000, [{ seconds: 1, tokens: 0 }])).toBeNull();
  });
});
