import { expect, test } from 'vitest';
import { parseDocx } from '../../../../src/documents/formats/docx.ts';
import { maxUnpackedBytes } from '../../../../src/documents/limits.ts';
import { buildDocx, wordParagraph } from '../../../support/docx.ts';
import { makeZip } from '../../../support/zip.ts';

test('the text of a Word document has its paragraphs as lines and the cells of a row in one line', async () => {
  const cell = (...texts: string[]) => `<w:tc>${texts.map(wordParagraph).join('')}</w:tc>`;
  const rows = [cell('Item') + cell('Price'), cell('Lamp') + cell('1,50'), cell('Ring road 1', 'Ulm') + cell('x')];
  const table = `<w:tbl>${rows.map((row) => `<w:tr>${row}</w:tr>`).join('')}</w:tbl>`;
  const deleted = '<w:p><w:del><w:r><w:delText>gone</w:delText></w:r></w:del></w:p>';
  const body = wordParagraph('Rechnung &amp; Größe') + deleted + table + wordParagraph('Ende');
  expect(await parseDocx(buildDocx(body))).toEqual({
    status: 'read',
    document: { text: 'Rechnung & Größe\n\nItem\tPrice\nLamp\t1,50\nRing road 1\nUlm\n\tx\n\nEnde', flags: [] },
  });
});

test('a Word document without text is empty', async () => {
  expect(await parseDocx(buildDocx(wordParagraph(' ')))).toMatchObject({ error: { code: 'EMPTY' } });
});

test('a Word document that unpacks to too much is refused before it is unpacked, whatever it says of itself [F10]', async () => {
  const bomb = Buffer.alloc(maxUnpackedBytes);
  expect(bomb.length).toBeGreaterThan(1000 * buildDocx('', { 'word/media/a.png': bomb }).length - bomb.length);
  expect(await parseDocx(buildDocx('', { 'word/media/a.png': bomb }))).toMatchObject({ error: { code: 'TOO_LARGE' } });
  const liar = makeZip([{ name: 'word/document.xml', content: bomb, declaredBytes: 10 }]);
  await expect(parseDocx(liar)).rejects.toThrow('too many bytes');
});
