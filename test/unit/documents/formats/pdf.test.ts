import { expect, test } from 'vitest';
import { findPage } from '../../../../src/documents/find-page.ts';
import { parsePdf } from '../../../../src/documents/formats/pdf.ts';
import { buildPdf } from '../../../support/build-pdf.ts';

test('the pages of a PDF are its text, and each place in it has a page', async () => {
  const result = await parsePdf(buildPdf(['Invoice 17', '', 'Total 1.204,50']));
  expect(result).toEqual({
    status: 'read',
    document: { text: 'Invoice 17\n\n\n\nTotal 1.204,50', flags: [], pageStarts: [0, 12, 14] },
  });
  const pages = [0, 9, 11, 12, 13, 14, 27].map((place) => findPage([0, 12, 14], place));
  expect(pages).toEqual([1, 1, 1, 2, 2, 3, 3]);
});

test('a PDF whose pages hold no text has no text layer', async () => {
  expect(await parsePdf(buildPdf(['', '']))).toMatchObject({ status: 'refused', error: { code: 'NO_TEXT_LAYER' } });
});

test('a PDF whose table of objects is wrong is read all the same, and one that is cut short is refused by a throw', async () => {
  const whole = buildPdf(['one', 'two']);
  const wrong = whole.toString('latin1').replace(/startxref\n\d+/, 'startxref\n99999');
  expect(await parsePdf(Buffer.from(wrong, 'latin1'))).toMatchObject({ document: { text: 'one\n\ntwo' } });
  await expect(parsePdf(whole.subarray(0, whole.indexOf('xref')))).rejects.toThrow('corrupted');
});
