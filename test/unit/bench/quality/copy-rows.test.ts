import fc from 'fast-check';
import { expect, test } from 'vitest';
import { copyRows } from '../../../../bench/quality/receipts/copy-rows.ts';

const receipt =
  'TAN WOON YANN\nBOOK TA .K(TAMAN DAYA) SDN BHD\n789417-W\nNO.53 55,57 & 59, JALAN SAGU 18,\nTAMAN DAYA,\n81100 JOHOR BAHRU.\nDATE: 25/12/2018';

const word = fc.stringMatching(/^[A-Z0-9]{1,8}$/);
/** A row with signs that gold may leave out. */
const row = fc
  .tuple(fc.array(word, { minLength: 1, maxLength: 4 }), fc.constantFrom('', ',', '.', ' .', ' -'))
  .map(([words, end]) => `${words.join(' ')}${end}`);

test('a gold text is found on the rows where it is printed, whatever joins it', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(row, { minLength: 1, maxLength: 6, selector: lettersOf }),
      fc.nat(5),
      fc.integer({ min: 1, max: 6 }),
      fc.constantFrom(' ', ', ', '  '),
      (rows, from, count, joint) => {
        const wanted = rows.slice(from, from + count);
        fc.pre(wanted.length > 0);
        // What stands there twice may be found at its first place.
        const letters = wanted.map(lettersOf).join('');
        fc.pre(rows.map(lettersOf).join('').split(letters).length === 2);
        expect(copyRows(rows.join('\n'), wanted.join(joint).toLowerCase())).toEqual(wanted.map((one) => one.trim()));
      },
    ),
  );
});

test('gold with other spaces and without signs is found, and the last row keeps its full stop', () => {
  expect(copyRows(receipt, 'NO. 53, 55, 57 & 59 JALAN SAGU 18 TAMAN DAYA 81100 JOHOR BAHRU')).toEqual([
    'NO.53 55,57 & 59, JALAN SAGU 18,',
    'TAMAN DAYA,',
    '81100 JOHOR BAHRU.',
  ]);
});

test('a part of a row is cut out where other words stand around it', () => {
  expect(copyRows(receipt, 'JALAN SAGU 18, TAMAN DAYA')).toEqual(['JALAN SAGU 18,', 'TAMAN DAYA,']);
  expect(copyRows(receipt, 'BOOK TA.K (TAMAN DAYA)')).toEqual(['BOOK TA .K(TAMAN DAYA']);
});

test('gold that is not printed there, or says nothing, has no rows', () => {
  expect(copyRows(receipt, 'BOOK TA .K (TAMAN DAYA) SDN BHDX')).toBeUndefined();
  expect(copyRows(receipt, '--')).toBeUndefined();
});

function lettersOf(text: string): string {
  return text.replaceAll(/[^A-Z0-9]/g, '');
}
