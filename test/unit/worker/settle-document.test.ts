import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { flagSchema, resultLineSchema } from '../../../schemas/result.ts';
import { type DocumentErrorCode, documentErrors } from '../../../src/errors.ts';
import { settleAnswer, settleError } from '../../../src/worker/settle-document.ts';

const codes = Object.keys(documentErrors).filter((code): code is DocumentErrorCode => code in documentErrors);
const carriedArbitrary = fc.record(
  {
    flags: fc.array(fc.constantFrom(...flagSchema.options)),
    keep: fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.integer(), fc.constant(null)), { noNullPrototype: true }),
  },
  { requiredKeys: [] },
);

describe('the line of a document', () => {
  test('that was not answered is failed or skipped as the table of errors says, and valid', () => {
    fc.assert(
      fc.property(fc.constantFrom(...codes), carriedArbitrary, (code, carried) => {
        const { line } = settleError('a.txt', { code, message: 'It failed.' }, carried);
        expect(line.status).toBe(documentErrors[code].status);
        expect(resultLineSchema.safeParse(line).success).toBe(true);
      }),
    );
  });

  test('has its flags once and in order, and nothing where there is nothing', () => {
    const concluded = { answer: { total: null }, confidence: { '/total': 0.5 }, labels: {}, spans: {} };
    const bare = settleAnswer('a.txt', concluded, {});
    expect(bare.line).toEqual({ id: 'a.txt', status: 'ok', answer: { total: null }, confidence: { '/total': 0.5 } });
    expect(Object.keys(settleAnswer('a.txt', concluded, { flags: [], keep: {} }).line)).not.toContain('flags');
    const { line } = settleAnswer('a.txt', concluded, { flags: ['split', 'lossy', 'split'], keep: { customer: 7 } });
    expect(line).toMatchObject({ flags: ['lossy', 'split'], keep: { customer: 7 } });
  });

  test('has the same bytes whatever order its flags were set in', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...flagSchema.options)), (flags) => {
        const error = { code: 'EMPTY', message: 'Nothing.' } as const;
        const one = JSON.stringify(settleError('a', error, { flags }));
        expect(JSON.stringify(settleError('a', error, { flags: flags.toReversed() }))).toBe(one);
      }),
    );
  });
});
